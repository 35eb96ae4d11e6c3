import { For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useInfiniteQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import { FileCard } from './file-card'

const PAGE = 5

/** The key files of one terminal, the newest open. */
export function KeyFiles(props: { terminalId: string; everyMs: number }) {
  const i18n = useI18n()
  const { t } = i18n
  const question = () => ({ terminalId: props.terminalId, limit: PAGE })
  const files = useInfiniteQuery(() => ({
    queryKey: [...api.keyLoads.files.key(), 'all', question()],
    queryFn: ({ pageParam, signal }) =>
      api.keyLoads.files.fetch({ ...question(), ...(pageParam === '' ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: props.everyMs,
    reconcile: 'id',
  }))
  const all = () => files.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Switch>
      <Match when={files.isError && files.data === undefined}>
        <ErrorNote {...failureOf(files.error, i18n)} onRetry={() => void files.refetch()} />
      </Match>
      <Match when={files.data === undefined}>
        <Skeleton lines={6} />
      </Match>
      <Match when={all().length > 0}>
        <section aria-labelledby="key-files" class="space-y-3">
          <h2 id="key-files" class="font-semibold">
            {t('keys.page.files')}
          </h2>
          <For each={all()}>{(file, index) => <FileCard file={file} isNewest={index() === 0} />}</For>
          <Show when={files.hasNextPage}>
            <Button size="small" isBusy={files.isFetchingNextPage} onClick={() => void files.fetchNextPage()}>
              {t('keys.page.more')}
            </Button>
          </Show>
        </section>
      </Match>
    </Switch>
  )
}
