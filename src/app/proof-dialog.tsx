import { useI18n } from '../i18n'
import { FormDialog } from '../ui/form/dialog'
import { createProofForm, ProofFields } from './proof-form'
import { sendToRoom } from './sign-in-room'

/** Asks who is at the desk; answers false where the window is shut. */
export default function ProofDialog(props: { onAnswer(isProved: boolean): void }) {
  const { t } = useI18n()
  const form = createProofForm(async (proof) => {
    await sendToRoom('/proof', proof)
    props.onAnswer(true)
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onAnswer(false)}
      size="small"
      title={t('app.proof.title')}
      description={t('app.proof.text')}
      action={t('app.proof.submit')}
    >
      <ProofFields form={form} />
    </FormDialog>
  )
}
