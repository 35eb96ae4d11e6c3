import { api } from '../../../app/api'
import { TryButton } from '../../../app/try-button'
import { useI18n } from '../../../i18n'
import { AnswerView, type Webhook } from './words'

/** Sends a test at once and shows what was answered. */
export function TestButton(props: { webhook: Webhook }) {
  const { t } = useI18n()
  return (
    <TryButton
      label={t('webhooks.test.action')}
      send={() => api.webhooks.test.run({ webhookId: props.webhook.id })}
      title={t('webhooks.test.title')}
      description={t('webhooks.test.text', { url: props.webhook.url })}
    >
      {(got) => <AnswerView answer={got()} />}
    </TryButton>
  )
}
