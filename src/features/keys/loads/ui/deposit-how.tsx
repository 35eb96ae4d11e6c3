import KeySquare from 'lucide-solid/icons/key-square'
import { Show } from 'solid-js'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { CodeBlock } from '../../../../ui/code-block'
import { EmptyState } from '../../../../ui/empty-state'

/** There are no key files: how a key system deposits one, with a command that can be tried. */
export function DepositHow(props: {
  title: string
  text?: string
  /** Of the one terminal that the command is for. */
  serial?: string
  sequence?: number
  batch?: string
}) {
  const { t } = useI18n()
  const session = useSession()
  const command = () => {
    const serial = props.serial === undefined ? 'SERIAL' : encodeURIComponent(props.serial)
    const batch = props.batch === undefined ? '' : `?batch=${props.batch}`
    return [
      `curl -X PUT --data-binary @keys.json -H 'Authorization: Bearer psk_…'`,
      `'${window.location.origin}/api/v1/keys/${serial}/${props.sequence ?? 1}${batch}'`,
    ].join(' \\\n  ')
  }
  return (
    <div>
      <EmptyState
        title={props.title}
        text={props.text ?? t('keys.how.text')}
        icon={<KeySquare class="size-6" aria-hidden="true" />}
      >
        <div class="w-full max-w-2xl text-left">
          <CodeBlock label={t('keys.how.command')} text={command()} copyLabel={t('keys.how.copy')} />
        </div>
        <Show when={session.may('api-keys:read')}>
          <div class="w-full">
            <ButtonLink href="/administration/api-keys">{t('keys.how.toApiKeys')}</ButtonLink>
          </div>
        </Show>
      </EmptyState>
    </div>
  )
}
