import Ellipsis from 'lucide-solid/icons/ellipsis'
import { Match, Show, Switch } from 'solid-js'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { buttonClasses } from '../../../../ui/button'
import { DropdownMenu } from '../../../../ui/menu'
import { useNow } from '../../../../ui/now'
import type { KeyCommands } from './commands'
import { KeyFormDialog } from './form-dialog'
import { RotateDialog } from './rotate-dialog'
import { SecretDialog, type ShownSecret } from './secret-dialog'
import { type ApiKey, isExpired } from './words'

/** The window that is open, and what it is about. */
export type KeyWindow =
  | { kind: 'create' }
  | { kind: 'edit'; apiKey: ApiKey }
  | { kind: 'rotate'; apiKey: ApiKey }
  | { kind: 'secret'; shown: ShownSecret }

/** What may be done with one key, for whoever may; a revoked one is at rest. */
export function KeyActions(props: {
  apiKey: ApiKey
  commands: KeyCommands
  onOpen(window: KeyWindow): void
  /** Within a row: three dots, named after the key. */
  isInRow?: boolean
}) {
  const { t } = useI18n()
  const session = useSession()
  const now = useNow()
  const dots = () => ({
    class: buttonClasses('quiet', 'small', 'aspect-square !px-0'),
    children: <Ellipsis class="size-4" aria-hidden="true" />,
  })
  return (
    <Show when={session.may('api-keys:write') && props.apiKey.revokedAt === null}>
      <DropdownMenu
        label={props.isInRow ? t('apiKeys.menu', { name: props.apiKey.name }) : t('ui.actions')}
        {...(props.isInRow ? dots() : {})}
        items={[
          {
            label: t('apiKeys.edit'),
            onSelect: () => props.onOpen({ kind: 'edit', apiKey: props.apiKey }),
          },
          {
            label: t('apiKeys.rotate.action'),
            isDisabled: isExpired(props.apiKey, now()),
            onSelect: () => props.onOpen({ kind: 'rotate', apiKey: props.apiKey }),
          },
          { separator: true },
          {
            label: t('apiKeys.revoke.action'),
            isDanger: true,
            onSelect: () => void props.commands.revoke(props.apiKey),
          },
        ]}
      />
    </Show>
  )
}

/** The windows of the pages of keys, one at a time. */
export function KeyWindows(props: {
  open: KeyWindow | undefined
  commands: KeyCommands
  onOpen(window: KeyWindow | undefined): void
}) {
  const { t } = useI18n()
  const close = () => props.onOpen(undefined)
  const show = (title: string, shown?: ShownSecret) => {
    props.onOpen(shown === undefined ? undefined : { kind: 'secret', shown })
    void props.commands.done(title)
  }
  const edited = () => (props.open?.kind === 'edit' ? props.open.apiKey : undefined)
  const rotated = () => (props.open?.kind === 'rotate' ? props.open.apiKey : undefined)
  const shown = () => (props.open?.kind === 'secret' ? props.open.shown : undefined)
  return (
    <Switch>
      <Match when={props.open?.kind === 'create'}>
        <KeyFormDialog
          apiKey={undefined}
          onClose={close}
          onSaved={(name, secret) => show(t('apiKeys.created', { name }), secret)}
        />
      </Match>
      <Match when={edited()}>
        {(apiKey) => (
          <KeyFormDialog
            apiKey={apiKey()}
            onClose={close}
            onSaved={(name) => show(t('apiKeys.saved', { name }))}
          />
        )}
      </Match>
      <Match when={rotated()}>
        {(apiKey) => (
          <RotateDialog
            apiKey={apiKey()}
            onClose={close}
            onDone={(secret) => show(t('apiKeys.rotate.done', { name: secret.name }), secret)}
          />
        )}
      </Match>
      <Match when={shown()}>{(secret) => <SecretDialog shown={secret()} onClose={close} />}</Match>
    </Switch>
  )
}
