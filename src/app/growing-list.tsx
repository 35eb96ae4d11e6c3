import { type JSX, Match, Switch } from 'solid-js'
import { useI18n } from '../i18n'
import { ErrorNote } from '../ui/error-note'
import { Skeleton } from '../ui/skeleton'
import { failureOf } from './failure'
import { useInfiniteQuery } from './query'

interface GrowingListOptions<Item> {
  /** What tells its answers apart, as of any query. */
  key: readonly unknown[]
  limit: number
  /** The next page; without a cursor the first one. */
  ask(
    page: { limit: number; cursor?: string },
    signal: AbortSignal,
  ): Promise<{ items: Item[]; nextCursor: string | null }>
  /** Asks again by itself, after so many milliseconds, while somebody looks. */
  everyMs?: number
  /** The field that tells rows apart: a row that has changed stays where the focus is. */
  rowKey?: keyof Item & string
}

/**
 * A list of the server that grows page by page below what is shown already.
 *
 * ```tsx
 * const codes = createGrowingList(() => ({ key, limit: 20, ask: (page, signal) => api.codes.list.fetch(page, signal) }))
 * <GrowingList list={codes} lines={4} none={() => …}><Timeline entries={codes.items().map(…)} {...codes.paging} /></GrowingList>
 * ```
 */
export function createGrowingList<Item>(options: () => GrowingListOptions<Item>) {
  const query = useInfiniteQuery(() => {
    const { key, limit, ask, everyMs, rowKey } = options()
    return {
      queryKey: key,
      queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
        ask({ limit, ...(pageParam === '' ? {} : { cursor: pageParam }) }, signal),
      initialPageParam: '',
      getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined,
      refetchInterval: everyMs ?? false,
      ...(rowKey === undefined ? {} : { reconcile: rowKey }),
    }
  })
  return {
    items: (): Item[] => query.data?.pages.flatMap((page) => page.items) ?? [],
    isPending: () => query.isPending,
    error: () => query.error,
    /** What went wrong before anything was known. */
    firstError: () => (query.isLoadingError ? query.error : null),
    refetch: () => void query.refetch(),
    /** What the button below it takes. */
    paging: {
      get hasMore() {
        return query.hasNextPage
      },
      get isLoadingMore() {
        return query.isFetchingNextPage
      },
      onMore: () => void query.fetchNextPage(),
    },
  }
}

/** Bars until such a list is there, what went wrong with the way to ask again, or what there is to say where it is empty. */
export function GrowingList(props: {
  list: Omit<ReturnType<typeof createGrowingList>, 'paging'>
  /** How many bars stand for it. */
  lines: number
  /** In place of the empty list; without, that speaks for itself. */
  none?(): JSX.Element
  /** It is asked again by itself: what is known already is not disturbed by a try that fails. */
  isSteady?: boolean
  children: JSX.Element
}) {
  const i18n = useI18n()
  const error = () => (props.isSteady ? props.list.firstError() : props.list.error())
  return (
    <Switch>
      <Match when={error()}>
        {(thrown) => <ErrorNote {...failureOf(thrown(), i18n)} onRetry={props.list.refetch} />}
      </Match>
      <Match when={props.list.isPending()}>
        <Skeleton lines={props.lines} />
      </Match>
      <Match when={props.none !== undefined && props.list.items().length === 0}>{props.none?.()}</Match>
      <Match when={true}>{props.children}</Match>
    </Switch>
  )
}
