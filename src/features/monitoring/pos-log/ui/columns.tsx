import { A } from '@solidjs/router'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { type JSX, Show } from 'solid-js'
import type { I18n } from '../../../../i18n'
import type { Column } from '../../../../ui/table'
import { ResultBadge } from './result-badge'
import type { LogRow } from './rows'
import { type Entry, posWordsIn } from './words'

/** Everything the list shows of a request; a hole of the log shows as a row of its own. */
export function posColumns(i18n: I18n, onShow: (entry: Entry) => void): Column<LogRow>[] {
  const { t } = i18n
  const { size, duration } = posWordsIn(i18n)
  const of = (cell: (entry: Entry) => JSX.Element) => (row: LogRow) =>
    row.entry === undefined ? null : cell(row.entry)
  return [
    {
      id: 'time',
      header: t('posLog.column.time'),
      isFixed: true,
      cell: (row) => (
        <Show when={row.entry} fallback={<GapTime i18n={i18n} from={row.gap?.from ?? row.at} to={row.at} />}>
          {(entry) => <EntryTime i18n={i18n} entry={entry()} onShow={onShow} />}
        </Show>
      ),
    },
    {
      id: 'terminal',
      header: t('posLog.column.terminal'),
      cell: of((entry) => (
        <A
          href={`/monitoring/status/${entry.terminalId}?tab=pos-log`}
          class="digits rounded whitespace-nowrap text-accent hover:underline"
        >
          {entry.serial ?? t('ui.none')}
        </A>
      )),
    },
    {
      id: 'message',
      header: t('posLog.column.message'),
      cell: (row) => (
        <Show when={row.entry} fallback={<GapText i18n={i18n} dropped={row.gap?.dropped ?? null} />}>
          {(entry) => <Message i18n={i18n} entry={entry()} />}
        </Show>
      ),
    },
    {
      id: 'result',
      header: t('posLog.column.result'),
      cell: of((entry) => <Result i18n={i18n} entry={entry} />),
    },
    {
      id: 'size',
      header: t('posLog.column.size'),
      align: 'end',
      cell: of((entry) => <span class="digits whitespace-nowrap">{size(entry)}</span>),
    },
    {
      id: 'duration',
      header: t('posLog.column.duration'),
      align: 'end',
      cell: of((entry) => <span class="digits whitespace-nowrap">{duration(entry.durationMs)}</span>),
    },
    {
      id: 'address',
      header: t('posLog.column.address'),
      cell: of((entry) => <span class="digits whitespace-nowrap">{entry.address}</span>),
    },
  ]
}

function EntryTime(props: { i18n: I18n; entry: Entry; onShow: (entry: Entry) => void }) {
  const { t, format } = props.i18n
  return (
    <span class="inline-flex flex-col items-start">
      <button
        type="button"
        class="digits cursor-pointer rounded font-medium whitespace-nowrap text-accent hover:underline"
        title={t('posLog.show', { time: format.dateTime(props.entry.at) })}
        onClick={() => props.onShow(props.entry)}
      >
        {format.stamp(props.entry.at)}
      </button>
      <Show when={props.entry.count > 1}>
        <span class="digits text-xs whitespace-nowrap text-muted">
          {t('posLog.until', { time: format.stamp(props.entry.lastAt) })}
        </span>
      </Show>
    </span>
  )
}

function Message(props: { i18n: I18n; entry: Entry }) {
  const { message, about } = posWordsIn(props.i18n)
  return (
    <span class="inline-flex flex-wrap items-baseline gap-x-2 break-words">
      <span class="font-medium">{message(props.entry)}</span>
      <Show when={props.entry.count > 1}>
        <span class="digits whitespace-nowrap text-muted">
          {props.i18n.tn('posLog.times', props.entry.count)}
        </span>
      </Show>
      <Show when={about(props.entry)}>
        {(text) => <span class="text-xs break-all text-muted">{text()}</span>}
      </Show>
    </span>
  )
}

function Result(props: { i18n: I18n; entry: Entry }) {
  const { codeMeaning } = posWordsIn(props.i18n)
  const meaning = () => (props.entry.code === null ? undefined : codeMeaning(props.entry.code))
  return (
    <div class="max-w-80">
      <ResultBadge entry={props.entry} />
      <Show when={meaning()}>{(text) => <p class="mt-1 text-xs text-pretty text-muted">{text()}</p>}</Show>
    </div>
  )
}

function GapTime(props: { i18n: I18n; from: string; to: string }) {
  const { t, format } = props.i18n
  return (
    <span class="digits inline-flex flex-col whitespace-nowrap text-warn">
      {format.stamp(props.from)}
      <span class="text-xs">{t('posLog.until', { time: format.stamp(props.to) })}</span>
    </span>
  )
}

function GapText(props: { i18n: I18n; dropped: number | null }) {
  const { t, tn } = props.i18n
  return (
    <span class="inline-flex items-start gap-2 text-warn">
      <TriangleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <span>
        {props.dropped === null ? t('posLog.gap.unknown') : tn('posLog.gap.title', props.dropped)}
        <span class="block text-xs">{t('posLog.gap.text')}</span>
      </span>
    </span>
  )
}
