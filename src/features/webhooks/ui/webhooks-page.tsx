import Plus from 'lucide-solid/icons/plus'
import Webhook from 'lucide-solid/icons/webhook'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { api } from '../../../app/api'
import { createList } from '../../../app/list'
import { Page } from '../../../app/page'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { EmptyState } from '../../../ui/empty-state'
import { createTableState, Table } from '../../../ui/table'
import { webhookColumns } from './columns'
import { createWebhookCommands } from './commands'
import { SecretDialog, type ShownSecret } from './secret-dialog'
import { WebhookDialog } from './webhook-dialog'

const REFRESH_MS = 10_000

/** The systems that are told of what happens. */
export function WebhooksPage() {
  const { t } = useI18n()
  const session = useSession()
  const commands = createWebhookCommands()
  const state = createTableState({ filters: [], sort: { by: 'created', direction: 'desc' } })
  const list = createList({
    state,
    permission: 'webhooks:read',
    key: 'id',
    everyMs: () => REFRESH_MS,
    query: api.webhooks.list.query,
  })
  const [isCreating, setCreating] = createSignal(false)
  const [secret, setSecret] = createSignal<ShownSecret>()
  const createButton = () => (
    <Show when={session.may('webhooks:write')}>
      <Button
        look="primary"
        icon={<Plus class="size-4" aria-hidden="true" />}
        onClick={() => setCreating(true)}
      >
        {t('webhooks.create')}
      </Button>
    </Show>
  )
  return (
    <Page
      title={t('app.nav.webhooks')}
      permission="webhooks:read"
      text={t('webhooks.text')}
      actions={createButton()}
    >
      <Table
        {...list}
        label={t('app.nav.webhooks')}
        columns={webhookColumns()}
        rowName={(row) => row.name}
        empty={
          <EmptyState
            icon={<Webhook class="size-5" aria-hidden="true" />}
            title={t('webhooks.empty')}
            text={t('webhooks.emptyText')}
          >
            {createButton()}
          </EmptyState>
        }
      />
      <Switch>
        <Match when={isCreating()}>
          <WebhookDialog
            webhook={undefined}
            onClose={() => setCreating(false)}
            onSaved={({ name, secret }) => {
              setCreating(false)
              if (secret !== undefined) setSecret({ name, secret })
              void commands.done(t('webhooks.created', { name }))
            }}
          />
        </Match>
        <Match when={secret()}>
          {(shown) => <SecretDialog shown={shown()} onClose={() => setSecret(undefined)} />}
        </Match>
      </Switch>
    </Page>
  )
}
