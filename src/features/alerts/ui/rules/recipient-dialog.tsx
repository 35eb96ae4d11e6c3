import { api } from '../../../../app/api'
import { LOCALE_NAMES, LOCALES, useI18n } from '../../../../i18n'
import { SelectField, TextField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { type AlertRecipientView, CreateAlertRecipientInput } from '../../schemas'

/** Adds an address for mails, or changes one. */
export function RecipientDialog(props: {
  /** Undefined for a new one. */
  recipient: AlertRecipientView | undefined
  onClose(): void
  onSaved(address: string): void
}) {
  const { t, locale } = useI18n()
  const form = createForm({
    schema: CreateAlertRecipientInput,
    initial: {
      address: props.recipient?.address ?? '',
      language: props.recipient?.language ?? locale(),
    },
    async submit(values) {
      if (props.recipient === undefined) await api.alertRecipients.create.run(values)
      else await api.alertRecipients.update.run({ ...values, recipientId: props.recipient.id })
      props.onSaved(values.address)
    },
  })
  const language = form.field('language')
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      size="small"
      title={t(props.recipient === undefined ? 'alerts.mail.addTitle' : 'alerts.mail.changeTitle')}
      action={props.recipient === undefined ? t('alerts.mail.add') : undefined}
    >
      <TextField
        {...form.field('address')}
        label={t('alerts.mail.address')}
        hint={t('alerts.mail.addressHint')}
        type="email"
        autocomplete="off"
        maxLength={254}
        isRequired
      />
      <SelectField
        {...language}
        label={t('alerts.mail.language')}
        options={LOCALES.map((one) => ({ value: one, label: LOCALE_NAMES[one] }))}
        onInput={(value) => language.onInput(LOCALES.find((one) => one === value) ?? 'en')}
      />
    </FormDialog>
  )
}
