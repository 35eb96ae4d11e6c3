import { useI18n } from '../../../i18n'
import { SelectField } from '../../../ui/field'

const OFFERED_HOURS = [4, 24, 72, 168, 720]
export const USUAL_HOURS = '72'

/** How long an enrolment code is good, in hours. */
export function HoursField(props: { value: string; onInput: (hours: string) => void; class?: string }) {
  const { t, format } = useI18n()
  return (
    <SelectField
      class={props.class ?? 'w-44'}
      label={t('fleet.code.goodFor')}
      value={props.value}
      onInput={props.onInput}
      options={OFFERED_HOURS.map((one) => ({ value: String(one), label: format.duration(one * 3600) }))}
    />
  )
}
