import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import type { Column } from '../../../ui/table'
import { TimeAgo } from '../../../ui/time-ago'
import { LimitsWords } from '../../operators/ui/limits-words'
import {
  answerWords,
  type Message,
  MessageStateBadge,
  type Webhook,
  WebhookState,
  webhookPath,
} from './words'

/** The columns of the list of webhooks. */
export function webhookColumns(): Column<Webhook>[] {
  const { t, format } = useI18n()
  return [
    {
      id: 'name',
      header: t('webhooks.name'),
      isFixed: true,
      cell: (row) => (
        <div class="min-w-0 sm:max-w-md">
          <A href={webhookPath(row.id)} class="rounded font-medium text-accent hover:underline">
            {row.name}
          </A>
          <p class="mt-0.5 text-xs font-normal break-all text-muted">{row.url}</p>
        </div>
      ),
    },
    {
      id: 'state',
      header: t('webhooks.state.label'),
      isFixed: true,
      cell: (row) => <WebhookState webhook={row} />,
    },
    {
      id: 'lastDelivered',
      header: t('webhooks.lastDelivered'),
      cell: (row) => (
        <Show when={row.lastDeliveredAt} fallback={<span class="text-muted">{t('webhooks.never')}</span>}>
          {(at) => <TimeAgo at={at()} />}
        </Show>
      ),
    },
    {
      id: 'delivered',
      header: t('webhooks.delivered'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.delivered)}</span>,
    },
    {
      id: 'failed',
      header: t('webhooks.failed'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.failed)}</span>,
    },
    {
      id: 'waiting',
      header: t('webhooks.waiting'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.waiting)}</span>,
    },
    {
      id: 'limits',
      header: t('webhooks.limits'),
      cell: (row) => <LimitsWords visibility={row.visibility} />,
    },
  ]
}

/** The columns of the messages of a webhook, without the one of their actions. */
export function messageColumns(): Column<Message>[] {
  const i18n = useI18n()
  const { t, format } = i18n
  return [
    {
      id: 'created',
      header: t('webhooks.message.created'),
      isFixed: true,
      cell: (row) => <TimeAgo at={row.createdAt} />,
    },
    {
      id: 'state',
      header: t('webhooks.state.label'),
      isFixed: true,
      cell: (row) => <MessageStateBadge state={row.state} />,
    },
    {
      id: 'events',
      header: t('webhooks.message.events'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.events)}</span>,
    },
    {
      id: 'attempts',
      header: t('webhooks.message.attempts'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.attempts)}</span>,
    },
    {
      id: 'answer',
      header: t('webhooks.message.answer'),
      cell: (row) => answerWords({ status: row.lastStatus, error: row.lastError }, i18n) ?? t('ui.none'),
    },
    {
      id: 'next',
      header: t('webhooks.message.next'),
      cell: (row) => <NextAttempt message={row} />,
    },
    {
      id: 'id',
      header: t('webhooks.message.id'),
      cell: (row) => <span class="font-mono text-xs break-all">{row.id}</span>,
    },
  ]
}

/** When it is tried again; one that was not tried yet goes after those before it. */
export function NextAttempt(props: { message: Pick<Message, 'nextAttemptAt' | 'attempts'> }) {
  const { t } = useI18n()
  return (
    <Show when={props.message.nextAttemptAt} fallback={t('ui.none')}>
      {(at) => (
        <Show when={props.message.attempts > 0} fallback={t('webhooks.message.inTurn')}>
          <TimeAgo at={at()} />
        </Show>
      )}
    </Show>
  )
}
