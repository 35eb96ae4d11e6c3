import { api } from '../../../../../app/api'
import { createGrowingList, GrowingList } from '../../../../../app/growing-list'
import type { Outputs } from '../../../../../client'
import { useI18n } from '../../../../../i18n'
import { Card } from '../../../../../ui/card'
import { Chart } from '../../../../../ui/chart'
import { EmptyState } from '../../../../../ui/empty-state'
import { Timeline } from '../../../../../ui/timeline'
import { useWord } from '../../../../terminals/ui/words'
import { changesPerDay, differencesOf } from './changes'
import { Differences } from './differences'
import type { TerminalTabProps } from './tab-props'

const PAGE = 50
type Changes = Outputs['status']['history']['items'][number]['changes']

/** What changed in what the terminal says of itself, newest first. */
export function HistoryTab(props: TerminalTabProps) {
  const { t, tn, format } = useI18n()
  const word = useWord()
  const ref = () => ({ terminalId: props.registered.id })
  const history = createGrowingList(() => ({
    key: [...api.status.history.key(), ref()],
    limit: PAGE,
    ask: (page, signal) => api.status.history.fetch({ ...ref(), ...page }, signal),
  }))
  const days = () => changesPerDay(history.items().map((one) => one.at))
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
    history.items().map((one, index) => ({
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
    <GrowingList
      list={history}
      lines={8}
      none={() => <EmptyState title={t('fleet.history.none')} text={t('fleet.history.noneText')} />}
    >
      <div class="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Card title={t('fleet.history.title')}>
          <Timeline entries={entries()} {...history.paging} />
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
          <p class="mt-2 text-xs text-muted">{tn('fleet.history.shown', history.items().length)}</p>
        </Card>
      </div>
    </GrowingList>
  )
}
