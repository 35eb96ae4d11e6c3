import { Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createGrowingList, GrowingList } from '../../../../app/growing-list'
import { useI18n } from '../../../../i18n'
import { Timeline, type TimelineEntry } from '../../../../ui/timeline'
import { AuditActor } from '../../../audit/ui/audit-actor'
import { AuditChanges } from '../../../audit/ui/audit-changes'
import { actionWords } from '../../../audit/ui/words'
import type { KeyStep } from '../schemas'

const PAGE = 20

const TONES: Record<string, TimelineEntry['tone']> = {
  'key.approved': 'accent',
  'key.installed': 'good',
  'key.failed': 'danger',
  'key.refused': 'danger',
  'key.unreadable': 'danger',
  'key.revoked': 'warn',
  'key.requested': 'warn',
  'key.expired': 'warn',
  'key.transport_differs': 'danger',
  'key.allowed_again': 'accent',
}

/** Every step of a terminal's keys, newest first: who, from where, and what changed. */
export function KeyHistory(props: { terminalId: string; everyMs: number }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const steps = createGrowingList(() => ({
    key: [...api.keyLoads.history.key(), 'steps', props.terminalId],
    limit: PAGE,
    ask: (page, signal) => api.keyLoads.history.fetch({ terminalId: props.terminalId, ...page }, signal),
    everyMs: props.everyMs,
  }))
  const titleOf = ({ action, sequence }: KeyStep) => {
    const words = actionWords(action, i18n)
    return sequence === null
      ? words
      : `${words} · ${t('keys.sequenceOf', { sequence: format.number(sequence) })}`
  }
  return (
    <GrowingList
      list={steps}
      lines={6}
      isSteady
      none={() => <p class="text-sm text-muted">{t('keys.page.noHistory')}</p>}
    >
      <Timeline
        entries={steps.items().map((step) => ({
          id: String(step.seq),
          at: step.at,
          tone: TONES[step.action] ?? 'neutral',
          title: titleOf(step),
          details: <Details step={step} />,
        }))}
        {...steps.paging}
      />
    </GrowingList>
  )
}

/** In the audit with every step of a file; here they stand once, where it was deposited, and the number in the title. */
const OF_FILE = ['sequence', 'kcvs', 'sha256']
/** What matters most of a step. */
const FIRST = ['state', 'reason', 'alarm', 'isSuspended', 'rules', 'warnings', 'batch']

function changesOf({ action, changes, sequence }: KeyStep): KeyStep['changes'] {
  const isRepeated = (field: string) =>
    sequence !== null && (field === 'sequence' || action !== 'key.deposited') && OF_FILE.includes(field)
  const rank = (field: string) => (FIRST.includes(field) ? FIRST.indexOf(field) : FIRST.length)
  const shown = Object.entries(changes).filter(([field]) => !isRepeated(field))
  return Object.fromEntries(shown.sort(([one], [other]) => rank(one) - rank(other)))
}

function Details(props: { step: KeyStep }) {
  const { t } = useI18n()
  return (
    <div class="space-y-1">
      <p class="flex flex-wrap items-center gap-x-2">
        <AuditActor actor={props.step.actor} />
        <Show when={props.step.address}>
          {(address) => (
            <span class="digits text-xs">{t('keys.page.fromAddress', { address: address() })}</span>
          )}
        </Show>
      </p>
      <AuditChanges changes={changesOf(props.step)} />
    </div>
  )
}
