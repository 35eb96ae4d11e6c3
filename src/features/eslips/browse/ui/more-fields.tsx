import { type TextKey, useI18n } from '../../../../i18n'
import { ComboField } from '../../../../ui/combo-field'
import { SelectField, TextField, type TextFieldProps } from '../../../../ui/field'
import { findMerchants, useMerchantOf } from '../../../terminals/ui/places'
import { SLIP_RESULTS, SLIP_TYPES, TIME_MARKS } from '../../ingest/lists'
import { PAN_MARK, type SlipFilterName } from './filter-state'
import { useSlipWords } from './words'

/** Fields that are folded away until somebody wants them. */
export const MORE_FIELDS: readonly SlipFilterName[] = [
  'type',
  'result',
  'currency',
  'scheme',
  'merchant',
  'mid',
  'authCode',
  'receiptNo',
  'mark',
]

export function MoreFields(props: {
  draft: Partial<Record<SlipFilterName, string>>
  onInput: (name: SlipFilterName, value: string | undefined) => void
  /** What a field of text is given. */
  text: (name: SlipFilterName) => Pick<TextFieldProps, 'value' | 'onInput'>
}) {
  const { t } = useI18n()
  const { words, field } = useSlipWords()
  const merchant = useMerchantOf(() => props.draft.merchant)
  const choice = (name: SlipFilterName) => ({
    placeholder: t('slips.search.all'),
    value: props.draft[name] ?? '',
    onInput: (value: string) => props.onInput(name, value || undefined),
  })
  const mark = (word: string): TextKey => `slips.mark.${word as (typeof TIME_MARKS)[number] | 'pan'}`
  return (
    <>
      <SelectField
        label={field('type')}
        options={SLIP_TYPES.map((value) => ({ value, label: words().type[value] }))}
        {...choice('type')}
      />
      <SelectField
        label={field('result')}
        options={SLIP_RESULTS.map((value) => ({ value, label: words().result[value] }))}
        {...choice('result')}
      />
      <TextField label={field('currency')} maxLength={3} {...props.text('currency')} />
      <TextField label={field('scheme')} maxLength={32} {...props.text('scheme')} />
      <SelectField
        label={t('slips.search.mark')}
        options={[PAN_MARK, ...TIME_MARKS].map((value) => ({ value, label: t(mark(value)) }))}
        {...choice('mark')}
      />
      <ComboField
        label={field('merchant')}
        placeholder={t('slips.search.all')}
        load={findMerchants}
        value={merchant()}
        onInput={(option) => props.onInput('merchant', option?.value)}
      />
      <TextField label={field('mid')} maxLength={15} {...props.text('mid')} />
      <TextField label={field('authCode')} maxLength={32} {...props.text('authCode')} />
      <TextField label={field('receiptNo')} maxLength={32} {...props.text('receiptNo')} />
    </>
  )
}
