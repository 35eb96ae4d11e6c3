import { Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { CodeBlock } from '../../../ui/code-block'
import { Dialog } from '../../../ui/dialog'

export interface ShownSecret {
  name: string
  secret: string
  /** When the one before stops signing; undefined where there was none. */
  oldEndsAt?: string
}

/** The secret, shown this once. */
export function SecretDialog(props: { shown: ShownSecret; onClose(): void }) {
  const { t, format } = useI18n()
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      title={t('webhooks.secret.title', { name: props.shown.name })}
      description={t('webhooks.secret.text')}
      footer={
        <Button look="primary" onClick={() => props.onClose()}>
          {t('webhooks.secret.done')}
        </Button>
      }
    >
      <div class="space-y-4">
        <CodeBlock
          label={t('webhooks.secret.label')}
          text={props.shown.secret}
          copyLabel={t('webhooks.secret.copy')}
        />
        <Show when={props.shown.oldEndsAt}>
          {(at) => (
            <p class="text-sm text-muted">{t('webhooks.secret.oldEnds', { time: format.dateTime(at()) })}</p>
          )}
        </Show>
      </div>
    </Dialog>
  )
}
