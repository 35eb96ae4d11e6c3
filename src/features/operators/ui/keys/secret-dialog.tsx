import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { CodeBlock } from '../../../../ui/code-block'
import { Dialog } from '../../../../ui/dialog'

export interface ShownSecret {
  id: string
  name: string
  key: string
  scopes: readonly string[]
  /** Of a key that had one before: until when that works; null where it has ended. */
  oldEndsAt?: string | null
}

/** A list of REST that a permission opens, to try the key with. */
const LISTS: Record<string, string> = {
  'terminals:read': '/terminals',
  'status:read': '/status',
  'licenses:read': '/licenses',
  'groups:read': '/groups',
  'merchants:read': '/merchants',
  'actions:read': '/actions',
  'operators:read': '/operators',
  'api-keys:read': '/api-keys',
  'audit:read': '/audit',
}

/** The secret of a key, shown this once, and a command that works with it. */
export function SecretDialog(props: { shown: ShownSecret; onClose(): void }) {
  const { t, format } = useI18n()
  const command = () => {
    const list = Object.entries(LISTS).find(([scope]) => props.shown.scopes.includes(scope))?.[1]
    if (list === undefined) return undefined
    return `curl -H 'Authorization: Bearer ${props.shown.key}' '${window.location.origin}/api/v1${list}?limit=3'`
  }
  const old = () => {
    const { oldEndsAt } = props.shown
    if (oldEndsAt === undefined) return undefined
    return oldEndsAt === null
      ? t('apiKeys.secret.oldEnded')
      : t('apiKeys.secret.oldEnds', { time: format.dateTime(oldEndsAt) })
  }
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      title={t('apiKeys.secret.title', { name: props.shown.name })}
      description={t('apiKeys.secret.text')}
      footer={
        <Button look="primary" onClick={() => props.onClose()}>
          {t('apiKeys.secret.done')}
        </Button>
      }
    >
      <div class="space-y-5">
        <CodeBlock
          label={t('apiKeys.secret.label')}
          text={props.shown.key}
          copyLabel={t('apiKeys.secret.copy')}
        />
        <Show when={old()}>{(words) => <p class="text-sm">{words()}</p>}</Show>
        <Show when={command()}>
          {(line) => (
            <CodeBlock
              label={t('apiKeys.secret.try')}
              text={line()}
              copyLabel={t('apiKeys.secret.copyTry')}
            />
          )}
        </Show>
        <p class="text-sm break-words text-muted">
          {t('apiKeys.secret.docs', { address: `${window.location.origin}/api/docs` })}
        </p>
      </div>
    </Dialog>
  )
}
