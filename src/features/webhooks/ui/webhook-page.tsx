import { useNavigate, useParams } from '@solidjs/router'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { Page } from '../../../app/page'
import { useQuery } from '../../../app/query'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Card } from '../../../ui/card'
import { ErrorNote } from '../../../ui/error-note'
import { DropdownMenu } from '../../../ui/menu'
import { Skeleton } from '../../../ui/skeleton'
import { createWebhookCommands } from './commands'
import { EnableDialog } from './enable-dialog'
import { Messages } from './messages'
import { RotateDialog } from './rotate-dialog'
import { SecretDialog, type ShownSecret } from './secret-dialog'
import { TestButton } from './test-button'
import { Traffic } from './traffic'
import { WebhookDialog } from './webhook-dialog'
import { WebhookFacts } from './webhook-facts'
import { type Webhook, WebhookState } from './words'

const REFRESH_MS = 5_000
type Window = 'edit' | 'rotate' | 'enable'

/** One webhook: how it is doing, what it was sent. */
export function WebhookPage() {
  const i18n = useI18n()
  const { t } = i18n
  const params = useParams<{ webhookId: string }>()
  const session = useSession()
  const commands = createWebhookCommands()
  const [open, setOpen] = createSignal<Window>()
  const [secret, setSecret] = createSignal<ShownSecret>()
  const webhook = useQuery(() => ({
    ...api.webhooks.get.query({ webhookId: params.webhookId }),
    enabled: session.may('webhooks:read'),
    refetchInterval: REFRESH_MS,
  }))
  const close = () => setOpen(undefined)
  return (
    <Page
      title={webhook.data?.name ?? t('webhooks.one')}
      permission="webhooks:read"
      parent={{ title: t('app.nav.webhooks'), href: '/administration/webhooks' }}
      text={<span class="break-all">{webhook.data?.url}</span>}
      badges={<Show when={webhook.data}>{(data) => <WebhookState webhook={data()} />}</Show>}
      actions={
        <Show when={session.may('webhooks:write') && webhook.data}>
          {(data) => (
            <>
              <TestButton webhook={data()} />
              <Actions webhook={data()} onOpen={setOpen} commands={commands} />
            </>
          )}
        </Show>
      }
    >
      <Switch fallback={<Skeleton lines={8} />}>
        <Match when={webhook.data}>
          {(data) => (
            <div class="space-y-6">
              <div class="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
                <Card title={t('webhooks.facts')}>
                  <WebhookFacts webhook={data()} />
                </Card>
                <Card>
                  <Traffic webhookId={data().id} everyMs={REFRESH_MS} />
                </Card>
              </div>
              <Messages webhook={data()} commands={commands} everyMs={REFRESH_MS} />
              <Switch>
                <Match when={open() === 'edit'}>
                  <WebhookDialog
                    webhook={data()}
                    onClose={close}
                    onSaved={({ name }) => {
                      close()
                      void commands.done(t('webhooks.saved', { name }))
                    }}
                  />
                </Match>
                <Match when={open() === 'enable'}>
                  <EnableDialog
                    webhook={data()}
                    onClose={close}
                    onDone={() => {
                      close()
                      void commands.done(t('webhooks.enable.done', { name: data().name }))
                    }}
                  />
                </Match>
                <Match when={open() === 'rotate'}>
                  <RotateDialog
                    webhook={data()}
                    onClose={close}
                    onDone={(shown) => {
                      close()
                      setSecret(shown)
                      void commands.done(t('webhooks.rotate.done', { name: shown.name }))
                    }}
                  />
                </Match>
                <Match when={secret()}>
                  {(shown) => <SecretDialog shown={shown()} onClose={() => setSecret(undefined)} />}
                </Match>
              </Switch>
            </div>
          )}
        </Match>
        <Match when={webhook.isError}>
          <ErrorNote {...failureOf(webhook.error, i18n)} onRetry={() => void webhook.refetch()} />
        </Match>
      </Switch>
    </Page>
  )
}

function Actions(props: {
  webhook: Webhook
  onOpen(window: Window): void
  commands: ReturnType<typeof createWebhookCommands>
}) {
  const { t } = useI18n()
  const navigate = useNavigate()
  const remove = async () => {
    if (await props.commands.remove(props.webhook)) navigate('/administration/webhooks')
  }
  return (
    <DropdownMenu
      label={t('ui.actions')}
      items={[
        { label: t('webhooks.edit'), onSelect: () => props.onOpen('edit') },
        { label: t('webhooks.rotate.action'), onSelect: () => props.onOpen('rotate') },
        props.webhook.state === 'enabled'
          ? {
              label: t('webhooks.disable.action'),
              onSelect: () => void props.commands.disable(props.webhook),
            }
          : { label: t('webhooks.enable.action'), onSelect: () => props.onOpen('enable') },
        { separator: true },
        { label: t('webhooks.remove.action'), isDanger: true, onSelect: () => void remove() },
      ]}
    />
  )
}
