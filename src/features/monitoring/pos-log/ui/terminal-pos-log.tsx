import { createSignal, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { DataList } from '../../../../ui/data-list'
import { ErrorNote } from '../../../../ui/error-note'
import { Segmented } from '../../../../ui/segmented'
import { Skeleton } from '../../../../ui/skeleton'
import { TimeAgo } from '../../../../ui/time-ago'
import { EntryDialog } from './entry-dialog'
import { filterOf, logOfTerminal } from './filter-state'
import { ResultBadge } from './result-badge'
import { TerminalEntries } from './terminal-entries'
import { posWordsIn } from './words'

const SPANS = ['hour', 'day', 'week'] as const
const SHOWN = 30
const REFRESH_MS = 5_000

/** A terminal's story in one screen: how its requests were answered in sums, and the latest of them one by one. */
export function TerminalPosLog(props: { registered: { id: string; serial: string } }) {
  const i18n = useI18n()
  const { t } = i18n
  const [span, setSpan] = createSignal<(typeof SPANS)[number]>('day')
  const [shown, setShown] = createSignal<string>()
  const period = () => filterOf({ filter: (name) => (name === 'period' ? span() : undefined) }, new Date())
  const ref = () => ({ terminalId: props.registered.id, ...period() })
  const summary = useQuery(() => ({ ...api.posLog.summary.query(ref()), refetchInterval: REFRESH_MS }))
  const latest = useQuery(() => ({
    ...api.posLog.list.query({ ...ref(), limit: SHOWN }),
    reconcile: 'entryId',
    refetchInterval: REFRESH_MS,
  }))
  const failed = () => summary.error ?? latest.error
  const again = () => {
    void summary.refetch()
    void latest.refetch()
  }
  return (
    <div class="space-y-4">
      <Segmented
        label={t('posLog.filter.period')}
        value={span()}
        segments={SPANS.map((value) => ({ value, label: t(`posLog.preset.${value}`) }))}
        onChange={setSpan}
      />
      <Switch>
        <Match when={failed()}>
          {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={again} />}
        </Match>
        <Match when={summary.data === undefined || latest.data === undefined}>
          <Skeleton lines={8} />
        </Match>
        <Match when={true}>
          <div class="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
            <Summary groups={summary.data?.groups ?? []} isWhole={summary.data?.isWhole ?? true} />
            <Card
              title={t('posLog.terminal.title')}
              actions={
                <ButtonLink size="small" href={logOfTerminal(props.registered.serial)}>
                  {t('posLog.terminal.all')}
                </ButtonLink>
              }
            >
              <TerminalEntries
                entries={latest.data?.items ?? []}
                gaps={latest.data?.gaps ?? []}
                onShow={(entry) => setShown(entry.entryId)}
              />
            </Card>
          </div>
        </Match>
      </Switch>
      <Show when={shown()}>
        {(entryId) => <EntryDialog entryId={entryId()} onClose={() => setShown(undefined)} />}
      </Show>
    </div>
  )
}

interface Group {
  kind: string
  status: number
  code: string | null
  count: number
  lastAt: string
}

/** What went wrong stands first: that is what one looks for. */
function Summary(props: { groups: readonly Group[]; isWhole: boolean }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const { kind, codeMeaning } = posWordsIn(i18n)
  const refused = () =>
    props.groups.filter(({ status }) => status >= 400).reduce((sum, { count }) => sum + count, 0)
  const sorted = () => [...props.groups].sort((one, other) => rankOf(other) - rankOf(one))
  return (
    <Card title={t('posLog.terminal.summary')}>
      <Show when={props.groups.length > 0}>
        <p class={refused() > 0 ? 'mb-3 text-sm text-warn' : 'mb-3 text-sm text-muted'}>
          {refused() > 0 ? tn('posLog.terminal.refused', refused()) : t('posLog.terminal.allGood')}
        </p>
      </Show>
      <DataList
        label={t('posLog.terminal.summaryText')}
        none={t('posLog.terminal.none')}
        head={[t('posLog.column.message'), t('posLog.column.result'), t('posLog.terminal.count')]}
        rows={sorted().map((group) => [
          <>
            {kind(group.kind)}
            <Show when={group.code !== null && codeMeaning(group.code)}>
              {(text) => <span class="block text-xs text-pretty text-muted">{text()}</span>}
            </Show>
          </>,
          <span class="inline-flex flex-col items-start gap-1">
            <ResultBadge entry={{ ...group, isBrokenOff: false }} />
            <TimeAgo at={group.lastAt} class="text-xs text-muted" />
          </span>,
          format.number(group.count),
        ])}
      />
      <Show when={!props.isWhole}>
        <p class="mt-3 text-xs text-muted">{t('posLog.terminal.partly')}</p>
      </Show>
    </Card>
  )
}

const rankOf = ({ status, count }: Group) => (status >= 400 ? 1e12 : 0) + count
