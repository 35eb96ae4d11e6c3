import ChevronRight from 'lucide-solid/icons/chevron-right'
import { For, Show } from 'solid-js'
import { makerWords } from '../../../../app/maker'
import { useI18n } from '../../../../i18n'
import { CopyButton } from '../../../../ui/copy-button'
import { Facts } from '../../../../ui/facts'
import { useNow } from '../../../../ui/now'
import { TimeAgo } from '../../../../ui/time-ago'
import { WarningNote } from '../../../../ui/warning-note'
import { DELIVERABLE, MOST_FETCHES } from '../../lists'
import type { KeyFileView } from '../schemas'
import { BatchLink, KeyStateBadge } from './badges'
import { FileActions } from './officer'
import { SlotTable } from './slot-table'
import { reasonWords, ruleWords } from './words'

/** One key file: how far it is and what is known of it, never its bytes. All but the newest are folded. */
export function FileCard(props: { file: KeyFileView; isNewest: boolean }) {
  const { t, format } = useI18n()
  return (
    <details open={props.isNewest} class="group rounded-xl border border-line bg-surface">
      <summary class="flex cursor-pointer list-none flex-wrap items-center gap-x-3 gap-y-1 rounded-xl px-5 py-3.5 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          class="size-4 shrink-0 text-muted transition-transform group-open:rotate-90"
          aria-hidden="true"
        />
        <h3 class="digits font-semibold">
          {t('keys.sequenceOf', { sequence: format.number(props.file.sequence) })}
        </h3>
        <KeyStateBadge state={props.file.state} />
        <TimeAgo at={props.file.stateAt} class="text-sm text-muted" />
      </summary>
      <div class="space-y-5 border-t border-line p-5">
        <Contents file={props.file} />
      </div>
    </details>
  )
}

function Contents(props: { file: KeyFileView }) {
  const i18n = useI18n()
  const { t, format } = i18n
  return (
    <>
      <div class="flex flex-wrap items-center gap-3 empty:hidden">
        <FileActions file={props.file} />
      </div>
      <Show when={props.file.warnings.length > 0}>
        <ul aria-label={t('keys.page.warnings')} class="space-y-2">
          <For each={props.file.warnings}>{(number) => <WarningNote text={ruleWords(number, i18n)} />}</For>
        </ul>
      </Show>
      <SlotTable file={props.file} />
      <Facts
        facts={[
          ...(props.file.reason === null
            ? []
            : [{ name: t('keys.fact.reason'), value: reasonWords(props.file.reason, i18n) }]),
          { name: t('keys.fact.depositor'), value: makerWords(props.file.depositor, t) },
          { name: t('keys.fact.depositedAt'), value: format.dateTime(props.file.depositedAt) },
          { name: t('keys.fact.batch'), value: <BatchLink batch={props.file.batch} /> },
          {
            name: t('keys.fact.notAfter'),
            value: props.file.notAfter === null ? null : format.dateTime(props.file.notAfter),
          },
          {
            name: t('keys.fact.approvedBy'),
            value: props.file.approvedBy === null ? null : makerWords(props.file.approvedBy, t),
          },
          { name: t('keys.fact.transportOfFile'), value: props.file.transportKcv },
          { name: t('keys.fact.lease'), value: <Lease file={props.file} /> },
          { name: t('keys.fact.reoffers'), value: format.number(props.file.reoffers) },
          {
            name: t('keys.fact.kind'),
            value: `${t(`keys.kind.${props.file.kind}`)}, ${format.bytes(props.file.sizeBytes)}`,
          },
          {
            name: t('keys.fact.bytes'),
            value: t(props.file.isPurged ? 'keys.page.purged' : 'keys.page.held'),
          },
        ]}
      />
      <div class="flex items-center gap-2 text-sm">
        <span class="shrink-0 text-xs text-muted">{t('keys.fact.sha256')}</span>
        <code class="min-w-0 font-mono text-xs break-all">{props.file.sha256}</code>
        <CopyButton isIcon size="small" text={props.file.sha256} />
      </div>
    </>
  )
}

/** How long, and how often yet, the terminal may fetch the same bytes. */
function Lease(props: { file: KeyFileView }) {
  const { t, format } = useI18n()
  const now = useNow()
  const until = () => (DELIVERABLE.includes(props.file.state) ? props.file.leaseUntil : null)
  return (
    <Show when={until()} fallback={t('ui.none')}>
      {(at) =>
        t(Date.parse(at()) > now() ? 'keys.page.leaseUntil' : 'keys.page.leaseOver', {
          time: format.time(at()),
          fetches: format.number(props.file.fetches),
          most: format.number(MOST_FETCHES),
        })
      }
    </Show>
  )
}
