import { Match, Switch } from 'solid-js'
import { api } from '../../../../../app/api'
import { failureOf } from '../../../../../app/failure'
import { useInfiniteQuery } from '../../../../../app/query'
import type { Outputs } from '../../../../../client'
import { useI18n } from '../../../../../i18n'
import { Card } from '../../../../../ui/card'
import { Chart } from '../../../../../ui/chart'
import { EmptyState } from '../../../../../ui/empty-state'
import { ErrorNote } from '../../../../../ui/error-note'
import { Skeleton } from '../../../../../ui/skeleton'
import { Timeline } from '../../../../../ui/timeline'
import { useWord } from '../../../../terminals/ui/words'
import { changesPerDay, differencesOf } from './changes'
import { Differences } from './differences'
import type { TerminalTabProps } from './tab-props'

const PAGE = 50
type Changes = Outputs['status']['history']['items'][number]['changes']

/** What changed in what the terminal says of itself, newest first. */
export function HistoryTab(props: TerminalTabProps) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const word = useWord()
  const ref = () => ({ terminalId: props.registered.id })
  const history = useInfiniteQuery(() => ({
    queryKey: [...api.status.history.key(), ref()],
    queryFn: ({ pageParam, signal }) =>
      api.status.history.fetch({ ...ref(), cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  }))
  const items = () => history.data?.pages.flatMap((page) => page.items) ?? []
  const days = () => changesPerDay(items().map((one) => one.at))
  /** Before its first report nothing is known of a terminal. */
  const isFirst = (changes: Changes) =>
    'serial' in changes && Object.values(changes).every(({ before }) => before === null)
  const titleOf = (changes: Changes) =>
    isFirst(changes)
      ? t('fleet.history.first')
      : Object.keys(changes)
          .map((field) => word('field', field))
          .join(', ')
  const entries = () =>
    items().map((one, index) => ({
      id: `${one.at} ${index}`,
      at: one.at,
      title: titleOf(one.changes),
      details: (
        <Differences
          differences={differencesOf(one.changes)}
          hasFields={Object.keys(one.changes).length > 1}
        />
      ),
      tone: 'accent' as const,
    }))
  return (
    <Switch>
      <Match when={history.isError}>
        <ErrorNote {...failureOf(history.error, i18n)} onRetry={() => void history.refetch()} />
      </Match>
      <Match when={history.isPending}>
        <Skeleton lines={8} />
      </Match>
      <Match when={items().length === 0}>
        <EmptyState title={t('fleet.history.none')} text={t('fleet.history.noneText')} />
      </Match>
      <Match when={true}>
        <div class="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <Card title={t('fleet.history.title')}>
            <Timeline
              entries={entries()}
              hasMore={history.hasNextPage}
              isLoadingMore={history.isFetchingNextPage}
              onMore={() => void history.fetchNextPage()}
            />
          </Card>
          <Card>
            <Chart
              kind="bar"
              height="small"
              title={t('fleet.history.perDay')}
              labelsTitle={t('fleet.history.day')}
              labels={days().map((one) => format.date(one.at))}
              series={[{ name: t('fleet.history.changes'), values: days().map((one) => one.count) }]}
            />
            <p class="mt-2 text-xs text-muted">{tn('fleet.history.shown', items().length)}</p>
          </Card>
        </div>
      </Match>
    </Switch>
  )
}
