import { Show } from 'solid-js'
import { api } from '../../../../app/api'
import { TryButton } from '../../../../app/try-button'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import type { AlertRecipientView } from '../../schemas'
import { mailErrorWords } from './words'

/** Sends a test message at once and shows what the mail server said. */
export function TestMailButton(props: { recipient: AlertRecipientView; isSet: boolean }) {
  const i18n = useI18n()
  const { t, format } = i18n
  return (
    <TryButton
      size="small"
      label={t('alerts.mail.test')}
      fullLabel={t('alerts.mail.testOf', { address: props.recipient.address })}
      disabled={!props.isSet}
      send={() => api.alertRecipients.test.run({ recipientId: props.recipient.id })}
      title={t('alerts.mail.testTitle')}
      description={t('alerts.mail.testText', { address: props.recipient.address })}
    >
      {(got) => (
        <>
          <p class="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm">
            <Badge hasDot tone={got().isSent ? 'good' : 'danger'}>
              {t(got().isSent ? 'alerts.mail.taken' : 'alerts.mail.notTaken')}
            </Badge>
            <Show when={got().error}>{(error) => <span>{mailErrorWords(error(), i18n)}</span>}</Show>
            <span class="digits text-muted">
              {t('webhooks.answer.took', { milliseconds: format.number(got().durationMs) })}
            </span>
          </p>
          <Show when={got().answer !== ''}>
            <pre class="mt-2 max-h-40 overflow-auto rounded-lg bg-raised px-3 py-2 font-mono text-xs break-all whitespace-pre-wrap text-ink">
              {got().answer}
            </pre>
          </Show>
        </>
      )}
    </TryButton>
  )
}
