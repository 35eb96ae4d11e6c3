import { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { TextField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { type KeyFileView, RevokeKeysInput } from '../schemas'

const Reason = z.object({ reason: RevokeKeysInput.shape.reason })

/** Asks why, then ends the file for good. */
export function RevokeDialog(props: { file: KeyFileView; onClose(): void; onRevoked(): void }) {
  const { t, format } = useI18n()
  const form = createForm({
    schema: Reason,
    initial: { reason: '' },
    async submit({ reason }) {
      await api.keyLoads.revoke.run({ fileId: props.file.id, reason })
      props.onRevoked()
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      size="small"
      title={t('keys.act.revoke.title', {
        sequence: format.number(props.file.sequence),
        serial: props.file.serial,
      })}
      description={t('keys.act.revoke.text')}
      action={t('keys.act.revoke.action')}
      isDangerous
    >
      <TextField
        {...form.field('reason')}
        label={t('keys.act.revoke.reason')}
        hint={t('keys.act.revoke.reasonHint')}
        autocomplete="off"
        maxLength={200}
        isRequired
      />
    </FormDialog>
  )
}
