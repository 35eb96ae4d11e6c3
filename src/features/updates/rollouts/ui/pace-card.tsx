import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { SelectField, TextField } from '../../../../ui/field'
import type { FormState } from '../../../../ui/form/state'
import { type RolloutDraft, UNITS } from './rollout-form'

/** How many at once, and what becomes of those that fail or fall silent. */
export function PaceCard(props: { form: FormState<RolloutDraft> }) {
  const { t } = useI18n()
  const unit = props.form.field('silentUnit')
  const silent = props.form.field('silent')
  const hasRetries = () => /[1-9]/.test(props.form.values.retries)
  /** It is judged together with its number. */
  const setUnit = (value: string) => {
    unit.onInput(UNITS.find((one) => one === value) ?? 'hours')
    silent.onInput(silent.value)
  }
  return (
    <Card title={t('rollouts.new.pace')}>
      <div class="grid items-start gap-5 sm:grid-cols-2">
        <TextField
          {...props.form.field('maxActive')}
          label={t('rollouts.new.maxActive')}
          hint={t('rollouts.new.maxActiveHint')}
          inputMode="numeric"
          autocomplete="off"
        />
        <div class="grid grid-cols-[minmax(0,1fr)_8rem] items-start gap-2">
          <TextField {...silent} label={t('rollouts.new.silent')} inputMode="numeric" autocomplete="off" />
          <SelectField
            {...unit}
            label={t('rollouts.new.unit')}
            options={UNITS.map((one) => ({ value: one, label: t(`rollouts.new.units.${one}`) }))}
            onInput={setUnit}
          />
          <p class="col-span-2 -mt-0.5 text-sm text-muted">{t('rollouts.new.silentHint')}</p>
        </div>
        <TextField
          {...props.form.field('retries')}
          label={t('rollouts.new.retries')}
          hint={t('rollouts.new.retriesHint')}
          inputMode="numeric"
          autocomplete="off"
        />
        <Show when={hasRetries()}>
          <TextField
            {...props.form.field('retryMinutes')}
            label={t('rollouts.new.retryMinutes')}
            hint={t('rollouts.new.retryHint')}
            inputMode="numeric"
            autocomplete="off"
          />
        </Show>
      </div>
    </Card>
  )
}
