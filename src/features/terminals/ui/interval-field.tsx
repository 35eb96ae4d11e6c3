import { useI18n } from '../../../i18n'
import { SelectField } from '../../../ui/field'
import type { FieldProps } from '../../../ui/field-frame'

const OFFERED_SECONDS = [30, 60, 300, 900, 3600, 21_600, 86_400]

/** How often a terminal is to check in, in seconds; empty: as the server is set. */
export function IntervalField(props: FieldProps<string>) {
  const { t, format } = useI18n()
  const options = () => {
    const own = Number(props.value)
    const all = own > 0 && !OFFERED_SECONDS.includes(own) ? [...OFFERED_SECONDS, own] : OFFERED_SECONDS
    return all.map((seconds) => ({ value: String(seconds), label: format.duration(seconds) }))
  }
  return <SelectField {...props} placeholder={t('fleet.form.intervalDefault')} options={options()} />
}
