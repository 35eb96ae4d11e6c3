import { useQueryClient } from '@tanstack/solid-query'
import { createUniqueId } from 'solid-js'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Dialog } from '../../../../ui/dialog'
import { useToasts } from '../../../../ui/toast'
import { sendToRoom } from '../sign-in-room'
import { createPasswordForm, PasswordForm } from './password-form'

export function DisableDialog(props: { name: string; onClose(): void }) {
  const { t } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const id = createUniqueId()
  const form = createPasswordForm(async (password) => {
    await sendToRoom('/two-factor/disable', { password })
    await queries.invalidateQueries({ queryKey: api.account.key() })
    toasts.show({ kind: 'info', title: t('account.factor.disabled') })
    props.onClose()
  })
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      size="small"
      title={t('account.factor.disableTitle')}
      description={t('account.factor.disableText')}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{t('ui.cancel')}</Button>
          <Button type="submit" form={id} look="danger" isBusy={form.isSubmitting()}>
            {t('account.factor.disable')}
          </Button>
        </>
      }
    >
      <PasswordForm id={id} form={form} username={props.name} />
    </Dialog>
  )
}
