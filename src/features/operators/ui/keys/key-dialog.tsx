import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { CodeBlock } from '../../../../ui/code-block'
import { Dialog } from '../../../../ui/dialog'
import type { MadeKey } from './create-dialog'

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

/** The key, shown this once, and a command that works with it. */
export function KeyDialog(props: { made: MadeKey; onClose(): void }) {
  const { t } = useI18n()
  const command = () => {
    const list = Object.entries(LISTS).find(([scope]) => props.made.scopes.includes(scope))?.[1]
    if (list === undefined) return undefined
    return `curl -H 'Authorization: Bearer ${props.made.key}' '${window.location.origin}/api/v1${list}?limit=3'`
  }
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      title={t('administration.keys.shownTitle', { name: props.made.name })}
      description={t('administration.keys.shownText')}
      footer={
        <Button look="primary" onClick={() => props.onClose()}>
          {t('administration.keys.handedOver')}
        </Button>
      }
    >
      <div class="space-y-5">
        <CodeBlock
          label={t('administration.keys.key')}
          text={props.made.key}
          copyLabel={t('administration.keys.copyKey')}
        />
        <Show when={command()}>
          {(line) => (
            <CodeBlock
              label={t('administration.keys.try')}
              text={line()}
              copyLabel={t('administration.keys.copyTry')}
            />
          )}
        </Show>
        <p class="text-sm break-words text-muted">
          {t('administration.keys.docs', { address: `${window.location.origin}/api/docs` })}
        </p>
      </div>
    </Dialog>
  )
}
