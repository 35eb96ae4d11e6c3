import { useI18n } from '../../../i18n'
import { Facts } from '../../../ui/facts'
import { TimeAgo } from '../../../ui/time-ago'
import { LimitsWords } from '../../operators/ui/limits-words'
import type { Webhook } from './words'

/** What is known of a webhook. */
export function WebhookFacts(props: { webhook: Webhook }) {
  const { t, format, lookup } = useI18n()
  const when = (at: string | null) => (at === null ? null : <TimeAgo at={at} />)
  const number = (value: number) => format.number(value)
  return (
    <Facts
      class="!grid-cols-2"
      facts={[
        {
          name: t('webhooks.events'),
          value: props.webhook.eventTypes
            .map((type) => lookup(`webhooks.event.${type.replace('.', '_')}`) ?? type)
            .join(', '),
        },
        { name: t('webhooks.limits'), value: <LimitsWords visibility={props.webhook.visibility} /> },
        { name: t('webhooks.delivered'), value: number(props.webhook.delivered) },
        { name: t('webhooks.failed'), value: number(props.webhook.failed) },
        { name: t('webhooks.waiting'), value: number(props.webhook.waiting) },
        { name: t('webhooks.lastDelivered'), value: when(props.webhook.lastDeliveredAt) },
        { name: t('webhooks.failingSince'), value: when(props.webhook.failingSince) },
        { name: t('webhooks.disabledAt'), value: when(props.webhook.disabledAt) },
        { name: t('webhooks.secret.oldUntil'), value: when(props.webhook.oldSecretEndsAt) },
        {
          name: t('webhooks.createdBy'),
          value: `${props.webhook.createdBy}, ${format.date(props.webhook.createdAt)}`,
        },
      ]}
    />
  )
}
