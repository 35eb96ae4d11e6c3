import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { CodeBlock } from '../../../../ui/code-block'
import { Dialog } from '../../../../ui/dialog'

/** A password that was made for somebody, shown this once. */
export function PasswordDialog(props: { username: string; password: string; onClose(): void }) {
  const { t } = useI18n()
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      size="small"
      title={t('administration.operators.passwordTitle', { name: props.username })}
      description={t('administration.operators.passwordText')}
      footer={
        <Button look="primary" onClick={() => props.onClose()}>
          {t('administration.operators.handedOver')}
        </Button>
      }
    >
      <CodeBlock text={props.password} copyLabel={t('administration.operators.copyPassword')} />
    </Dialog>
  )
}
