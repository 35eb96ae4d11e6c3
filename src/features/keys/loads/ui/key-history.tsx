import { Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useInfiniteQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
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
  const question = () => ({ terminalId: props.terminalId, limit: PAGE })
  const steps = useInfiniteQuery(() => ({
    queryKey: [...api.keyLoads.history.key(), 'steps', question()],
    queryFn: ({ pageParam, signal }) =>
      api.keyLoads.history.fetch(
        { ...question(), ...(pageParam === '' ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: props.everyMs,
  }))
  const all = () => steps.data?.pages.flatMap((page) => page.items) ?? []
  const titleOf = ({ action, sequence }: KeyStep) => {
    const words = actionWords(action, i18n)
    return sequence === null
      ? words
      : `${words} · ${t('keys.sequenceOf', { sequence: format.number(sequence) })}`
  }
  return (
    <Switch>
      <Match when={steps.isError && steps.data === undefined}>
        <ErrorNote {...failureOf(steps.error, i18n)} onRetry={() => void steps.refetch()} />
      </Match>
      <Match when={steps.data === undefined}>
        <Skeleton lines={6} />
      </Match>
      <Match when={all().length === 0}>
        <p class="text-sm text-muted">{t('keys.page.noHistory')}</p>
      </Match>
      <Match when={true}>
        <Timeline
          entries={all().map((step) => ({
            id: String(step.seq),
            at: step.at,
            tone: TONES[step.action] ?? 'neutral',
            title: titleOf(step),
            details: <Details step={step} />,
          }))}
          hasMore={steps.hasNextPage}
          isLoadingMore={steps.isFetchingNextPage}
          onMore={() => void steps.fetchNextPage()}
        />
      </Match>
    </Switch>
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
