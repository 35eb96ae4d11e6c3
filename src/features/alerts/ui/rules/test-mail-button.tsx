import Send from 'lucide-solid/icons/send'
import { createSignal, Show } from 'solid-js'
import type { z } from 'zod'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { Dialog } from '../../../../ui/dialog'
import { useToasts } from '../../../../ui/toast'
import type { AlertRecipientView, TestMailAnswer } from '../../schemas'
import { mailErrorWords } from './words'

/** Sends a test message at once and shows what the mail server said. */
export function TestMailButton(props: { recipient: AlertRecipientView; isSet: boolean }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const toasts = useToasts()
  const [isBusy, setBusy] = createSignal(false)
  const [answer, setAnswer] = createSignal<z.output<typeof TestMailAnswer>>()
  const test = async () => {
    setBusy(true)
    try {
      setAnswer(await api.alertRecipients.test.run({ recipientId: props.recipient.id }))
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        size="small"
        icon={<Send class="size-4" aria-hidden="true" />}
        isBusy={isBusy()}
        disabled={!props.isSet}
        aria-label={t('alerts.mail.testOf', { address: props.recipient.address })}
        onClick={() => void test()}
      >
        {t('alerts.mail.test')}
      </Button>
      <Show when={answer()}>
        {(got) => (
          <Dialog
            isOpen
            onClose={() => setAnswer(undefined)}
            title={t('alerts.mail.testTitle')}
            description={t('alerts.mail.testText', { address: props.recipient.address })}
            footer={
              <Button look="primary" onClick={() => setAnswer(undefined)}>
                {t('ui.close')}
              </Button>
            }
          >
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
          </Dialog>
        )}
      </Show>
    </>
  )
}
