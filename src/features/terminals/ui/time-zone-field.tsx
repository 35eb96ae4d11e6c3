import { useI18n } from '../../../i18n'
import { SelectField } from '../../../ui/field'
import type { FieldProps } from '../../../ui/field-frame'

/** The time zone of the place where a terminal stands; empty: as the server is set. */
export function TimeZoneField(props: FieldProps<string>) {
  const { t } = useI18n()
  const options = () => {
    const known = Intl.supportedValuesOf('timeZone')
    const all = props.value === '' || known.includes(props.value) ? known : [...known, props.value]
    return all.map((zone) => ({ value: zone, label: zone }))
  }
  return <SelectField {...props} placeholder={t('fleet.form.intervalDefault')} options={options()} />
}
