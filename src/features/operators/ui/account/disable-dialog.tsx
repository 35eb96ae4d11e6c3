import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { FormDialog } from '../../../../ui/form/dialog'
import { useToasts } from '../../../../ui/toast'
import { sendToRoom } from '../sign-in-room'
import { createPasswordForm, PasswordFields } from './password-form'

export function DisableDialog(props: { name: string; onClose(): void }) {
  const { t } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const form = createPasswordForm(async (password) => {
    await sendToRoom('/two-factor/disable', { password })
    await queries.invalidateQueries({ queryKey: api.account.key() })
    toasts.show({ kind: 'info', title: t('account.factor.disabled') })
    props.onClose()
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      size="small"
      title={t('account.factor.disableTitle')}
      description={t('account.factor.disableText')}
      action={t('account.factor.disable')}
      isDangerous
    >
      <PasswordFields form={form} username={props.name} />
    </FormDialog>
  )
}
