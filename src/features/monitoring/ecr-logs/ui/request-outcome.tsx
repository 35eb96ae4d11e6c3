import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge, type Tone } from '../../../../ui/badge'
import { useReasonWords } from '../../../actions/ui/reason'
import { MOST_TRIES } from '../lists'
import type { EcrLogRequestView } from '../schemas'
import { logPath } from './places'

/** What became of a request: the log, or where it stands and why the terminal could not send one. */
export function RequestOutcome(props: { request: EcrLogRequestView }) {
  const { t, format } = useI18n()
  const reasonWords = useReasonWords()
  const again = () => {
    const { failures, retryAt } = props.request
    if (retryAt === null) return ''
    const values = {
      at: format.dateTime(retryAt),
      attempt: format.number(failures + 1),
      most: format.number(MOST_TRIES),
    }
    return t('ecrLogs.request.againAt', values)
  }
  const details = () => [reasonWords(props.request), again()].filter(Boolean)
  return (
    <Show
      when={props.request.logId}
      fallback={
        <span class="flex max-w-96 flex-col items-start gap-1">
          <Standing request={props.request} />
          <Show when={props.request.outcome !== 'answered'}>
            <For each={details()}>
              {(line) => <span class="text-xs wrap-anywhere text-muted">{line}</span>}
            </For>
          </Show>
        </span>
      }
    >
      {(logId) => (
        <A href={logPath(logId())} class="rounded font-medium break-all text-accent hover:underline">
          {t('ecrLogs.request.came')}
        </A>
      )}
    </Show>
  )
}

function Standing(props: { request: EcrLogRequestView }) {
  const { t, tn } = useI18n()
  const said = (): { tone: Tone; words: string } => {
    const { outcome, failures, retryAt } = props.request
    if (outcome === 'answered') return { tone: 'neutral', words: t('ecrLogs.request.deleted') }
    if (outcome === 'refused') return { tone: 'danger', words: t('ecrLogs.request.refused') }
    if (outcome === 'failed') return { tone: 'danger', words: tn('ecrLogs.request.failed', failures) }
    if (outcome === 'cancelled') return { tone: 'neutral', words: t('ecrLogs.request.cancelled') }
    if (outcome === 'unanswered') return { tone: 'neutral', words: t('ecrLogs.request.givenUp') }
    if (retryAt !== null) return { tone: 'warn', words: t('ecrLogs.request.again') }
    return { tone: 'info', words: t('ecrLogs.request.waiting') }
  }
  return <Badge tone={said().tone}>{said().words}</Badge>
}
