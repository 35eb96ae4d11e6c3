import CircleAlert from 'lucide-solid/icons/circle-alert'
import CircleCheck from 'lucide-solid/icons/circle-check'
import CircleDot from 'lucide-solid/icons/circle-dot'
import { createSignal, For, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { Outputs } from '../../../client'
import { useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import { Button } from '../../../ui/button'
import { classes } from '../../../ui/classes'
import { ScrollArea } from '../../../ui/scroll-area'
import { useWord } from './words'

type Report = Outputs['terminals']['previewImport']
type Row = Report['rows'][number]
type Issue = Row['issues'][number]

const LOOKS = {
  error: { icon: CircleAlert, color: 'text-danger' },
  new: { icon: CircleCheck, color: 'text-good' },
  registered: { icon: CircleDot, color: 'text-muted' },
}
/** Fields of which it is told what they may hold. */
const RULED = new Set(['serial', 'tid', 'mid', 'acquirer', 'merchant', 'groups', 'transportKeyKcv'])
const SHOWN = 100

/** What an import would do, the rows that cannot be taken first. */
export function ImportReportView(props: { report: Report }) {
  const { t, tn } = useI18n()
  const [shown, setShown] = createSignal(SHOWN)
  return (
    <div>
      <div class="flex flex-wrap gap-2" role="status">
        <Badge tone="good">{tn('fleet.import.new', props.report.counts.new)}</Badge>
        <Show when={props.report.counts.error > 0}>
          <Badge tone="danger">{tn('fleet.import.bad', props.report.counts.error)}</Badge>
        </Show>
        <Show when={props.report.counts.registered > 0}>
          <Badge>{tn('fleet.import.registered', props.report.counts.registered)}</Badge>
        </Show>
      </div>
      <ScrollArea label={t('fleet.import.report')} class="mt-4 max-h-80 rounded-lg border border-line">
        <ul class="divide-y divide-line text-sm">
          <For each={props.report.rows.slice(0, shown())}>{(row) => <ReportRow row={row} />}</For>
        </ul>
        <Show when={props.report.rows.length > shown()}>
          <div class="border-t border-line p-3">
            <Button size="small" onClick={() => setShown(shown() + SHOWN * 5)}>
              {tn('fleet.import.more', props.report.rows.length - shown())}
            </Button>
          </div>
        </Show>
      </ScrollArea>
      <Show when={props.report.omitted > 0}>
        <p class="mt-2 text-sm text-muted">{tn('fleet.import.omitted', props.report.omitted)}</p>
      </Show>
    </div>
  )
}

function ReportRow(props: { row: Row }) {
  const { t } = useI18n()
  const look = () => LOOKS[props.row.outcome]
  return (
    <li class="flex items-start gap-3 px-3.5 py-2.5">
      <Dynamic
        component={look().icon}
        class={classes('mt-0.5 size-4 shrink-0', look().color)}
        aria-hidden="true"
      />
      <span class="digits w-20 shrink-0 text-muted">{t('fleet.import.line', { line: props.row.line })}</span>
      <div class="min-w-0 flex-1">
        <p class="digits font-medium break-all">{props.row.serial || t('fleet.import.noSerial')}</p>
        <For each={props.row.issues}>
          {(issue) => (
            <p class="mt-0.5 break-words text-danger">
              <IssueWords issue={issue} line={props.row.line} />
            </p>
          )}
        </For>
        <Show when={props.row.outcome === 'registered'}>
          <p class="mt-0.5 text-muted">{t('fleet.import.isRegistered')}</p>
        </Show>
      </div>
    </li>
  )
}

function IssueWords(props: { issue: Issue; line: number }) {
  const { t } = useI18n()
  const word = useWord()
  const reason = () => {
    const { code, field } = props.issue
    return code === 'invalid_value' && RULED.has(field)
      ? word('importRule', field)
      : word('importIssue', code)
  }
  const value = () => (props.issue.value === '' ? '' : `: ${props.issue.value}`)
  return (
    <>
      <Show when={props.issue.line !== props.line}>
        {t('fleet.import.line', { line: props.issue.line })}
        {' – '}
      </Show>
      {word('importField', props.issue.field)}
      {value()}
      {' – '}
      {reason()}
    </>
  )
}
