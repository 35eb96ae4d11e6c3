import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../../app/api'
import { createProofForm, ProofFields } from '../../../../app/proof-form'
import { sendToRoom } from '../../../../app/sign-in-room'
import { useI18n } from '../../../../i18n'
import { FormDialog } from '../../../../ui/form/dialog'
import { useToasts } from '../../../../ui/toast'

export function DisableDialog(props: { onClose(): void }) {
  const { t } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const form = createProofForm(async (proof) => {
    await sendToRoom('/two-factor/disable', proof)
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
      <ProofFields form={form} />
    </FormDialog>
  )
}
