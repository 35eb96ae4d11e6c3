import { keepPreviousData } from '@tanstack/solid-query'
import { useI18n } from '../i18n'
import type { TableProps, TableState } from '../ui/table'
import type { QueryOptions } from './api'
import { failureOf } from './failure'
import { useQuery } from './query'
import { useSession } from './session'

type ListProps<Row> = Pick<
  TableProps<Row>,
  'state' | 'rows' | 'rowId' | 'nextCursor' | 'isFetching' | 'error' | 'onRetry'
>

interface ListOptions<Row, More> {
  state: TableState<never>
  /** Where the visitor lacks it, nothing is asked for. */
  permission?: string
  /** The field that tells rows apart: a row that has changed stays where the focus is. */
  key: keyof Row & string
  /** Asks again by itself, after so many milliseconds, while somebody looks. */
  everyMs?(rows: readonly Row[] | undefined): number
  /** The question for the page that the table is at; asked anew whenever what it reads changes. */
  query(page: {
    limit: number
    cursor: string | undefined
  }): QueryOptions<{ items: Row[]; nextCursor: string | null } & More>
}

/**
 * The rows of a paged list of the server, as a table takes them. The rows before stay until the next ones are there.
 *
 * ```tsx
 * const list = createList({ state, key: 'id', query: (page) => api.groups.list.query({ ...page, search: state.filter('search') }) })
 * <Table {...list} label=… columns={…} rowName={…} empty={…} />
 * ```
 */
export function createList<Row, More>(
  options: ListOptions<Row, More>,
): ListProps<Row> & { readonly answer: More | undefined } {
  const i18n = useI18n()
  const session = useSession()
  const list = useQuery(() => ({
    ...options.query({ limit: options.state.size(), cursor: options.state.cursor() }),
    enabled: options.permission === undefined || session.may(options.permission),
    placeholderData: keepPreviousData,
    reconcile: options.key,
    refetchInterval: (query) => options.everyMs?.(query.state.data?.items) ?? false,
  }))
  return {
    /** What the answer says beside its rows. */
    get answer() {
      return list.data
    },
    state: options.state,
    rowId: (row) => String(row[options.key]),
    get rows() {
      return list.data?.items
    },
    get nextCursor() {
      return list.data?.nextCursor
    },
    get isFetching() {
      return list.isFetching
    },
    get error() {
      return list.isError ? failureOf(list.error, i18n) : undefined
    },
    onRetry: () => void list.refetch(),
  }
}
