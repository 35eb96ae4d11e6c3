import Eye from 'lucide-solid/icons/eye'
import RotateCw from 'lucide-solid/icons/rotate-cw'
import { createSignal, Show } from 'solid-js'
import { api } from '../../../app/api'
import { createList } from '../../../app/list'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Button, IconButton } from '../../../ui/button'
import { EmptyState } from '../../../ui/empty-state'
import { SelectField } from '../../../ui/field'
import { type Column, createTableState, Table, Toolbar } from '../../../ui/table'
import { MESSAGE_STATES } from '../lists'
import { messageColumns } from './columns'
import type { WebhookCommands } from './commands'
import { MessageDialog } from './message-dialog'
import type { Message, Webhook } from './words'

/** The messages of a webhook, the newest first. */
export function Messages(props: { webhook: Webhook; commands: WebhookCommands; everyMs: number }) {
  const { t, format } = useI18n()
  const session = useSession()
  const [shown, setShown] = createSignal<string>()
  const state = createTableState({
    filters: ['state'],
    sort: { by: 'id', direction: 'desc' },
    hidden: ['id'],
  })
  const chosen = () => MESSAGE_STATES.find((one) => one === state.filter('state'))
  const list = createList({
    state,
    key: 'id',
    everyMs: () => props.everyMs,
    query: (page) => api.webhooks.messages.query({ webhookId: props.webhook.id, ...page, state: chosen() }),
  })
  const mayReplay = () => session.may('webhooks:write') && props.webhook.state === 'enabled'
  const columns = (): Column<Message>[] => [
    ...messageColumns(),
    {
      id: 'actions',
      header: t('ui.actions'),
      isFixed: true,
      align: 'end',
      cell: (row) => (
        <span class="inline-flex gap-1">
          <Show when={mayReplay() && row.state !== 'pending'}>
            <IconButton
              size="small"
              label={t('webhooks.replay.one', { time: format.dateTime(row.createdAt) })}
              icon={<RotateCw class="size-4" aria-hidden="true" />}
              onClick={() => void props.commands.replay(props.webhook, row)}
            />
          </Show>
          <IconButton
            size="small"
            label={t('webhooks.message.show', { time: format.dateTime(row.createdAt) })}
            icon={<Eye class="size-4" aria-hidden="true" />}
            onClick={() => setShown(row.id)}
          />
        </span>
      ),
    },
  ]
  return (
    <section aria-label={t('webhooks.message.list')}>
      <div class="mb-3 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h2 class="text-lg font-semibold">{t('webhooks.message.list')}</h2>
          <p class="text-sm text-muted">{t('webhooks.message.listText')}</p>
        </div>
        <Show when={mayReplay() && props.webhook.failed > 0}>
          <Button
            icon={<RotateCw class="size-4" aria-hidden="true" />}
            onClick={() => void props.commands.replayFailed(props.webhook)}
          >
            {t('webhooks.replay.failed')}
          </Button>
        </Show>
      </div>
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SelectField
            label={t('webhooks.state.label')}
            placeholder={t('webhooks.message.anyState')}
            value={state.filter('state') ?? ''}
            onInput={(value) => state.setFilter('state', value)}
            options={MESSAGE_STATES.map((value) => ({ value, label: t(`webhooks.messageState.${value}`) }))}
            class="w-52"
          />
        }
      />
      <Table
        {...list}
        label={t('webhooks.message.list')}
        columns={columns()}
        rowName={(row) => format.dateTime(row.createdAt)}
        empty={<EmptyState title={t('webhooks.message.empty')} text={t('webhooks.message.emptyText')} />}
      />
      <Show when={shown()}>
        {(id) => (
          <MessageDialog webhookId={props.webhook.id} messageId={id()} onClose={() => setShown(undefined)} />
        )}
      </Show>
    </section>
  )
}
