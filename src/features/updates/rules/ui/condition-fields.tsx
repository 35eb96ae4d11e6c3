import { type JSX, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Checkbox } from '../../../../ui/choice-field'
import { TextField } from '../../../../ui/field'
import { useWord } from '../../../terminals/ui/words'
import { NETWORK_TYPES, WEEKDAYS } from '../lists'
import { ChoicesField } from './choices-field'
import { ClockField } from './clock-field'
import type { ConditionForm } from './condition-form'

/** When a terminal may take it: window, network, battery, space, settlement; `children`: what else decides of the time. */
export function ConditionFields(props: { form: ConditionForm; children?: JSX.Element }) {
  const { t } = useI18n()
  const word = useWord()
  const isOverMidnight = () => {
    const { from, to } = props.form.values
    return from !== '' && to !== '' && to <= from
  }
  return (
    <Card title={t('rules.form.when')}>
      <div class="space-y-5">
        <div class="space-y-3">
          <Checkbox
            {...props.form.field('hasWindow')}
            label={t('rules.form.hasWindow')}
            hint={t('rules.form.windowHint')}
          />
          <Show when={props.form.values.hasWindow}>
            <div class="flex flex-wrap items-start gap-x-5 gap-y-3 pl-7.5 max-sm:pl-0">
              <ChoicesField
                {...props.form.field('days')}
                label={t('rules.form.days')}
                options={WEEKDAYS.map((day) => ({ value: day, label: t(`rules.weekday.${day}`) }))}
              />
              <div class="flex items-start gap-3">
                <ClockField
                  {...props.form.field('from')}
                  class="w-34"
                  type="time"
                  label={t('rules.form.from')}
                />
                <ClockField {...props.form.field('to')} class="w-34" type="time" label={t('rules.form.to')} />
              </div>
              <Show when={isOverMidnight()}>
                <p class="w-full text-sm text-muted">{t('rules.form.overMidnight')}</p>
              </Show>
            </div>
          </Show>
        </div>
        <ChoicesField
          {...props.form.field('networkTypes')}
          label={t('rules.form.networks')}
          hint={t('rules.form.networksHint')}
          options={NETWORK_TYPES.map((type) => ({ value: type, label: word('network', type) }))}
        />
        <div class="grid gap-5 sm:grid-cols-2">
          <TextField
            {...props.form.field('battery')}
            label={t('rules.form.battery')}
            inputMode="numeric"
            autocomplete="off"
          />
          <TextField
            {...props.form.field('space')}
            label={t('rules.form.space')}
            hint={t('rules.form.spaceHint')}
            inputMode="decimal"
            autocomplete="off"
          />
          {props.children}
        </div>
        <Checkbox {...props.form.field('onlyWhenSettled')} label={t('rules.form.onlyWhenSettled')} />
      </div>
    </Card>
  )
}
