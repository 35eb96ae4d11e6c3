import { createSignal, createUniqueId, Show } from 'solid-js'
import { createProofForm, ProofFields } from '../../../../app/proof-form'
import { sendToRoom } from '../../../../app/sign-in-room'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Dialog } from '../../../../ui/dialog'
import { Form } from '../../../../ui/form'
import { FormFooter } from '../../../../ui/form/dialog'
import { BackupCodes } from './backup-codes'

/** Password, then the new codes. Once these are shown, only the button that says they are put away shuts the window. */
export function RenewDialog(props: { name: string; onClose(): void }) {
  const { t } = useI18n()
  const id = createUniqueId()
  const [codes, setCodes] = createSignal<readonly string[]>()
  const form = createProofForm(async (proof) => {
    const answer = await sendToRoom<{ backupCodes: string[] }>('/two-factor/backup-codes', proof)
    setCodes(answer.backupCodes)
  })
  return (
    <Dialog
      isOpen
      onClose={() => codes() === undefined && props.onClose()}
      size="small"
      title={t(codes() === undefined ? 'account.factor.renewTitle' : 'account.factor.codesTitle')}
      description={codes() === undefined ? t('account.factor.renewText') : undefined}
      footer={
        <Show
          when={codes()}
          fallback={
            <FormFooter form={form} id={id} onClose={props.onClose} action={t('account.factor.renew')} />
          }
        >
          <Button look="primary" onClick={() => props.onClose()}>
            {t('account.factor.haveSaved')}
          </Button>
        </Show>
      }
    >
      <Show
        when={codes()}
        fallback={
          <Form form={form} id={id}>
            <ProofFields form={form} />
          </Form>
        }
      >
        {(list) => <BackupCodes codes={list()} name={props.name} />}
      </Show>
    </Dialog>
  )
}
