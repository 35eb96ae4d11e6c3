import { A } from '@solidjs/router'
import { Match, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useInfiniteQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import { Timeline } from '../../../../ui/timeline'
import { setPath } from './places'

const PAGE = 20

/** Which sets a terminal has had, since when, and by whom. */
export function ConnectionHistory(props: { terminalId: string }) {
  const i18n = useI18n()
  const { t } = i18n
  const history = useInfiniteQuery(() => ({
    queryKey: [...api.terminalApps.history.key(), props.terminalId],
    queryFn: ({ pageParam, signal }) =>
      api.terminalApps.history.fetch(
        { terminalId: props.terminalId, cursor: pageParam, limit: PAGE },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  }))
  const items = () => history.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Card title={t('sets.terminal.history')}>
      <Switch>
        <Match when={history.isError}>
          <ErrorNote {...failureOf(history.error, i18n)} onRetry={() => void history.refetch()} />
        </Match>
        <Match when={history.isPending}>
          <Skeleton lines={4} />
        </Match>
        <Match when={items().length === 0}>
          <p class="text-sm text-muted">{t('sets.terminal.noHistory')}</p>
        </Match>
        <Match when={true}>
          <Timeline
            entries={items().map((one) => ({
              id: one.id,
              at: one.at,
              tone: one.what === 'connected' ? 'good' : 'neutral',
              title: (
                <>
                  {t(one.what === 'connected' ? 'sets.terminal.connected' : 'sets.terminal.disconnected')}{' '}
                  <A href={setPath(one.setId)} class="rounded text-accent underline">
                    {one.setName}
                  </A>
                </>
              ),
              details: one.byName,
            }))}
            hasMore={history.hasNextPage}
            isLoadingMore={history.isFetchingNextPage}
            onMore={() => void history.fetchNextPage()}
          />
        </Match>
      </Switch>
    </Card>
  )
}
