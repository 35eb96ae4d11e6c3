import { A } from '@solidjs/router'
import { Match, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useInfiniteQuery } from '../../../../app/query'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import { Timeline } from '../../../../ui/timeline'
import { rulePath } from '../../../updates/packages/ui/places'
import { tidName } from '../words'

type Told = Outputs['profile']['history']['items'][number]

const PAGE = 20

/** What was assigned to a terminal and its TIDs, and taken away, by whom and when. */
export function ProfileHistory(props: { terminalId: string }) {
  const i18n = useI18n()
  const { t } = i18n
  const history = useInfiniteQuery(() => ({
    queryKey: [...api.profile.history.key(), props.terminalId],
    queryFn: ({ pageParam, signal }) =>
      api.profile.history.fetch({ terminalId: props.terminalId, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  }))
  const items = () => history.data?.pages.flatMap((page) => page.items) ?? []
  const place = ({ tid, acquirer }: Told) =>
    tid === null ? t('profile.byTerminal') : `TID ${tidName({ acquirer, tid })}`
  return (
    <Card title={t('profile.history.title')}>
      <Switch>
        <Match when={history.isError}>
          <ErrorNote {...failureOf(history.error, i18n)} onRetry={() => void history.refetch()} />
        </Match>
        <Match when={history.isPending}>
          <Skeleton lines={4} />
        </Match>
        <Match when={items().length === 0}>
          <p class="text-sm text-muted">{t('profile.history.none')}</p>
        </Match>
        <Match when={true}>
          <Timeline
            entries={items().map((one) => ({
              id: one.id,
              at: one.at,
              tone: one.what === 'assigned' ? 'good' : 'neutral',
              title: (
                <>
                  {t(one.what === 'assigned' ? 'profile.history.assigned' : 'profile.history.unassigned')}{' '}
                  <A href={rulePath(one.ruleId)} class="rounded text-accent underline">
                    {one.ruleName}
                  </A>
                </>
              ),
              details: `${place(one)} · ${one.byName}`,
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
