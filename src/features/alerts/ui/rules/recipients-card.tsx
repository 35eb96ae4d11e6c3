import Plus from 'lucide-solid/icons/plus'
import { createSignal, Match, Show, Switch } from 'solid-js'
import type { z } from 'zod'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { LOCALE_NAMES, useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { useConfirm } from '../../../../ui/confirm'
import { DataList } from '../../../../ui/data-list'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import { TimeAgo } from '../../../../ui/time-ago'
import { useToasts } from '../../../../ui/toast'
import { WarningNote } from '../../../../ui/warning-note'
import type { AlertRecipientList, AlertRecipientView, AlertRuleView } from '../../schemas'
import { RecipientDialog } from './recipient-dialog'
import { TestMailButton } from './test-mail-button'
import { mailErrorWords } from './words'

type Told = z.output<typeof AlertRecipientList>

/** Who can be told of alerts by mail, and how the mail server is doing. */
export function RecipientsCard(props: {
  told: Told | undefined
  error: { text: string; code?: string | undefined; requestId?: string | undefined } | undefined
  onRetry(): void
  rules: readonly AlertRuleView[]
  onChanged(): void
}) {
  const { t } = useI18n()
  const toasts = useToasts()
  const [open, setOpen] = createSignal<{ recipient: AlertRecipientView | undefined }>()
  const add = () => (
    <Button
      size="small"
      icon={<Plus class="size-4" aria-hidden="true" />}
      onClick={() => setOpen({ recipient: undefined })}
    >
      {t('alerts.mail.add')}
    </Button>
  )
  return (
    <Card title={t('alerts.mail.title')} actions={add()}>
      <Switch fallback={<Skeleton lines={3} />}>
        <Match when={props.told}>
          {(told) => (
            <div class="space-y-4">
              <ServerState server={told().server} />
              <Addresses
                told={told()}
                rules={props.rules}
                onEdit={(recipient) => setOpen({ recipient })}
                onChanged={props.onChanged}
              />
            </div>
          )}
        </Match>
        <Match when={props.error}>
          {(error) => <ErrorNote {...error()} onRetry={() => props.onRetry()} />}
        </Match>
      </Switch>
      <Show when={open()} keyed>
        {({ recipient }) => (
          <RecipientDialog
            recipient={recipient}
            onClose={() => setOpen(undefined)}
            onSaved={(address) => {
              setOpen(undefined)
              toasts.show({ kind: 'good', title: t('alerts.mail.saved', { address }) })
              props.onChanged()
            }}
          />
        )}
      </Show>
    </Card>
  )
}

function ServerState(props: { server: Told['server'] }) {
  const i18n = useI18n()
  const { t } = i18n
  return (
    <Show
      when={props.server}
      fallback={
        <ul>
          <WarningNote text={t('alerts.mail.notSet')} />
        </ul>
      }
    >
      {(server) => (
        <Show
          when={server().lastError}
          fallback={<p class="text-sm text-muted">{t('alerts.mail.by', { host: server().host })}</p>}
        >
          {(error) => (
            <ul>
              <WarningNote
                isGrave
                text={t('alerts.mail.serverFails', {
                  host: server().host,
                  why: mailErrorWords(error(), i18n),
                })}
                details={server().lastAnswer ? [server().lastAnswer ?? ''] : []}
              />
            </ul>
          )}
        </Show>
      )}
    </Show>
  )
}

function Addresses(props: {
  told: Told
  rules: readonly AlertRuleView[]
  onEdit(recipient: AlertRecipientView): void
  onChanged(): void
}) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const remove = async ({ id, address }: AlertRecipientView) => {
    const isSure = await confirm({
      title: t('alerts.mail.removeTitle', { address }),
      text: t('alerts.mail.removeText'),
      action: t('alerts.mail.remove'),
      isDangerous: true,
    })
    if (!isSure) return
    try {
      await api.alertRecipients.delete.run({ recipientId: id })
      toasts.show({ kind: 'good', title: t('alerts.mail.removed', { address }) })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    }
    props.onChanged()
  }
  const rulesOf = ({ id }: AlertRecipientView) =>
    props.rules.filter(({ isOn, recipientIds }) => isOn && recipientIds.includes(id)).length
  return (
    <DataList
      label={t('alerts.mail.title')}
      none={t('alerts.mail.none')}
      head={[
        t('alerts.mail.address'),
        t('alerts.mail.language'),
        t('alerts.mail.rules'),
        t('alerts.mail.lastMailed'),
        t('ui.actions'),
      ]}
      rows={props.told.recipients.map((recipient) => [
        <>
          <span class="break-all">{recipient.address}</span>
          <Show when={recipient.lastError}>
            {(error) => (
              <p class="mt-1">
                <Badge hasDot tone="danger">
                  {mailErrorWords(error(), i18n)}
                </Badge>
                <span class="mt-1 block max-w-md text-xs break-words text-muted">{recipient.lastAnswer}</span>
              </p>
            )}
          </Show>
        </>,
        LOCALE_NAMES[recipient.language],
        format.number(rulesOf(recipient)),
        <>
          <TimeAgo at={recipient.lastMailedAt} />
          <Show when={recipient.waiting > 0}>
            <p class="text-xs text-muted">{tn('alerts.mail.waiting', recipient.waiting)}</p>
          </Show>
        </>,
        <div class="flex flex-wrap gap-2">
          <TestMailButton recipient={recipient} isSet={props.told.server !== null} />
          <Button
            size="small"
            aria-label={t('alerts.mail.changeOf', { address: recipient.address })}
            onClick={() => props.onEdit(recipient)}
          >
            {t('alerts.rules.change')}
          </Button>
          <Button
            size="small"
            aria-label={t('alerts.mail.removeOf', { address: recipient.address })}
            onClick={() => void remove(recipient)}
          >
            {t('alerts.mail.remove')}
          </Button>
        </div>,
      ])}
    />
  )
}
