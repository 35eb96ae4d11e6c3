import { For } from 'solid-js'
import { makerWords } from '../../../app/maker'
import { useI18n } from '../../../i18n'
import { Facts } from '../../../ui/facts'
import { TimeAgo } from '../../../ui/time-ago'
import { LimitsWords } from '../../operators/ui/limits-words'
import type { Webhook } from './words'

/** What is known of a webhook. */
export function WebhookFacts(props: { webhook: Webhook }) {
  const { t, format, lookup } = useI18n()
  const when = (at: string | null) => (at === null ? null : <TimeAgo at={at} />)
  const onlyKnown = (moments: [name: string, at: string | null][]) =>
    moments.filter(([, at]) => at !== null).map(([name, at]) => ({ name, value: when(at) }))
  const number = (value: number) => format.number(value)
  return (
    <Facts
      class="xl:!grid-cols-2"
      facts={[
        {
          name: t('webhooks.events'),
          value: (
            <ul>
              <For each={props.webhook.eventTypes}>
                {(type) => <li>{lookup(`webhooks.event.${type.replace('.', '_')}`) ?? type}</li>}
              </For>
            </ul>
          ),
        },
        { name: t('webhooks.limits'), value: <LimitsWords visibility={props.webhook.visibility} /> },
        { name: t('webhooks.delivered'), value: number(props.webhook.delivered) },
        { name: t('webhooks.failed'), value: number(props.webhook.failed) },
        { name: t('webhooks.waiting'), value: number(props.webhook.waiting) },
        { name: t('webhooks.lastDelivered'), value: when(props.webhook.lastDeliveredAt) },
        ...onlyKnown([
          [t('webhooks.failingSince'), props.webhook.failingSince],
          [t('webhooks.disabledAt'), props.webhook.disabledAt],
          [t('webhooks.secret.oldUntil'), props.webhook.oldSecretEndsAt],
        ]),
        {
          name: t('webhooks.createdBy'),
          value: `${makerWords(props.webhook.createdBy, t)}, ${format.date(props.webhook.createdAt)}`,
        },
      ]}
    />
  )
}
