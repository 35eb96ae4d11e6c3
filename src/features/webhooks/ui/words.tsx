import { Show } from 'solid-js'
import type { z } from 'zod'
import { type I18n, useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import type { MessageState, SendError } from '../lists'
import type { MessageView, WebhookView } from '../schemas'

export type Webhook = z.output<typeof WebhookView>
export type Message = z.output<typeof MessageView>

export const webhookPath = (id: string) => `/administration/webhooks/${id}`

/** Enabled and well, enabled and failing, or disabled, and by what. */
export function WebhookState(props: { webhook: Webhook }) {
  const { t } = useI18n()
  const look = () => {
    const { disabledBy, failingSince } = props.webhook
    if (disabledBy !== null)
      return {
        tone: disabledBy === 'operator' ? ('neutral' as const) : ('danger' as const),
        text: t(`webhooks.disabledBy.${disabledBy}`),
      }
    if (failingSince !== null) return { tone: 'warn' as const, text: t('webhooks.state.failing') }
    return { tone: 'good' as const, text: t('webhooks.state.enabled') }
  }
  return (
    <Badge hasDot tone={look().tone}>
      {look().text}
    </Badge>
  )
}

const TONES = { pending: 'info', delivered: 'good', failed: 'danger' } as const

export function MessageStateBadge(props: { state: MessageState }) {
  const { t } = useI18n()
  return (
    <Badge hasDot tone={TONES[props.state]}>
      {t(`webhooks.messageState.${props.state}`)}
    </Badge>
  )
}

interface Answered {
  status: number | null
  error: SendError | null
}

/** `HTTP 503`, or why there was no answer. */
export function answerWords({ status, error }: Answered, { t }: Pick<I18n, 't'>): string | undefined {
  if (error !== null) return t(`webhooks.error.${error}`)
  return status === null ? undefined : t('webhooks.answer.status', { status })
}

/** What was answered: the status, how long it took, the beginning of the text. */
export function AnswerView(props: {
  answer: Answered & { isDelivered: boolean; answer: string; durationMs: number }
}) {
  const i18n = useI18n()
  const { t, format } = i18n
  return (
    <div>
      <p class="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm">
        <Badge hasDot tone={props.answer.isDelivered ? 'good' : 'danger'}>
          {t(props.answer.isDelivered ? 'webhooks.answer.good' : 'webhooks.answer.bad')}
        </Badge>
        <span>{answerWords(props.answer, i18n)}</span>
        <span class="digits text-muted">
          {t('webhooks.answer.took', { milliseconds: format.number(props.answer.durationMs) })}
        </span>
      </p>
      <Show when={props.answer.answer.trim() !== ''}>
        <pre class="mt-2 max-h-40 overflow-auto rounded-lg bg-raised px-3 py-2 font-mono text-xs break-all whitespace-pre-wrap text-ink">
          {props.answer.answer}
        </pre>
      </Show>
    </div>
  )
}
