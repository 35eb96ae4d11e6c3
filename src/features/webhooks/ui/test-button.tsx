import Send from 'lucide-solid/icons/send'
import { createSignal, Show } from 'solid-js'
import type { z } from 'zod'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { useToasts } from '../../../ui/toast'
import type { TestAnswer } from '../schemas'
import { AnswerView, type Webhook } from './words'

/** Sends a test at once and shows what was answered. */
export function TestButton(props: { webhook: Webhook }) {
  const i18n = useI18n()
  const { t } = i18n
  const toasts = useToasts()
  const [isBusy, setBusy] = createSignal(false)
  const [answer, setAnswer] = createSignal<z.output<typeof TestAnswer>>()
  const test = async () => {
    setBusy(true)
    try {
      setAnswer(await api.webhooks.test.run({ webhookId: props.webhook.id }))
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button icon={<Send class="size-4" aria-hidden="true" />} isBusy={isBusy()} onClick={() => void test()}>
        {t('webhooks.test.action')}
      </Button>
      <Show when={answer()}>
        {(got) => (
          <Dialog
            isOpen
            onClose={() => setAnswer(undefined)}
            title={t('webhooks.test.title')}
            description={t('webhooks.test.text', { url: props.webhook.url })}
            footer={
              <Button look="primary" onClick={() => setAnswer(undefined)}>
                {t('ui.close')}
              </Button>
            }
          >
            <AnswerView answer={got()} />
          </Dialog>
        )}
      </Show>
    </>
  )
}
