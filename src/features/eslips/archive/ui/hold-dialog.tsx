import { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import { DateField, TextField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { findMerchants } from '../../../terminals/ui/places'

/** Days as the fields give them: empty for none. */
const NewHold = z.object({
  merchant: z.custom<ComboOption | null>(),
  fromDay: z.string(),
  toDay: z.string(),
  reason: z.string().trim().min(1).max(500),
})

/** Makes a hold: of a merchant, of a period, or both. */
export function HoldDialog(props: { onClose(): void; onCreated(): void }) {
  const { t } = useI18n()
  const form = createForm({
    schema: NewHold,
    initial: { merchant: null, fromDay: '', toDay: '', reason: '' },
    async submit({ merchant, fromDay, toDay, reason }) {
      if (wrong() !== undefined) return
      await api.eslipHolds.create.run({
        reason,
        ...(merchant === null ? {} : { merchantId: merchant.value }),
        ...(fromDay === '' ? {} : { fromDay }),
        ...(toDay === '' ? {} : { toDay }),
      })
      props.onCreated()
    },
  })
  const value = (name: 'fromDay' | 'toDay') => form.field(name).value
  const wrong = () => {
    if (form.field('merchant').value === null && value('fromDay') === '' && value('toDay') === '')
      return t('archive.hold.nothingChosen')
    if (value('fromDay') !== '' && value('toDay') !== '' && value('fromDay') > value('toDay'))
      return t('archive.hold.wrongDays')
    return undefined
  }
  const error = () => (form.isTried() ? wrong() : undefined)
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('archive.hold.createTitle')}
      description={t('archive.hold.createText')}
      action={t('archive.hold.action')}
    >
      <div class="grid gap-5">
        <ComboField
          {...form.field('merchant')}
          label={t('archive.hold.merchant')}
          hint={t('archive.hold.merchantHint')}
          load={findMerchants}
          placeholder={t('archive.hold.find')}
        />
        <div class="grid gap-5 sm:grid-cols-2">
          <DateField {...form.field('fromDay')} label={t('archive.hold.from')} />
          <DateField {...form.field('toDay')} label={t('archive.hold.to')} error={error()} />
        </div>
        <TextField
          {...form.field('reason')}
          label={t('archive.hold.reason')}
          hint={t('archive.hold.reasonHint')}
          autocomplete="off"
          maxLength={500}
          isRequired
        />
      </div>
    </FormDialog>
  )
}
