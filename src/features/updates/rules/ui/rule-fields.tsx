import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Checkbox } from '../../../../ui/choice-field'
import { ComboManyField } from '../../../../ui/combo-field'
import { useConfirm } from '../../../../ui/confirm'
import { SelectField, TextArea, TextField } from '../../../../ui/field'
import type { FormState } from '../../../../ui/form/state'
import { findModels } from '../../packages/ui/choices'
import { PLATFORM_OPTIONS } from '../../packages/ui/words'
import { ClockField } from './clock-field'
import { ConditionFields } from './condition-fields'
import type { RuleDraft } from './rule-form'
import { StepsField } from './steps-field'

/** All that a rule says: what is installed, when, and which rule goes first. */
export function RuleFields(props: {
  form: FormState<RuleDraft>
  /** The platform of a saved rule stays. */
  isSaved: boolean
  faultAt(place: number): string | undefined
}) {
  const { t } = useI18n()
  const confirm = useConfirm()
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const platform = props.form.field('platform')
  const steps = props.form.field('steps')

  /** Packages are of one platform: those of another would be refused. */
  const setPlatform = async (next: string) => {
    const before = platform.value
    platform.onInput(next)
    if (steps.value.length === 0) return
    const isSure = await confirm({
      title: t('rules.form.platformTitle'),
      text: t('rules.form.platformText'),
      action: t('rules.form.platformAction'),
    })
    if (isSure) steps.onInput([])
    else platform.onInput(before)
  }
  return (
    <>
      <Card title={t('rules.form.what')}>
        <div class="space-y-5">
          <div class="grid gap-5 sm:grid-cols-2">
            <TextField
              {...props.form.field('name')}
              class="sm:col-span-2"
              isRequired
              label={t('rules.fact.name')}
              maxLength={128}
              autocomplete="off"
            />
            <Checkbox
              {...props.form.field('isEnabled')}
              class="sm:col-span-2"
              label={t('rules.form.isEnabled')}
              hint={t('rules.form.isEnabledHint')}
            />
            <SelectField
              {...platform}
              isRequired
              label={t('rules.fact.platform')}
              options={PLATFORM_OPTIONS}
              placeholder=""
              disabled={props.isSaved}
              onInput={(value) => void setPlatform(value)}
            />
            <ComboManyField
              {...props.form.field('models')}
              label={t('rules.form.models')}
              hint={t('rules.form.modelsHint')}
              placeholder={t('rules.form.modelsPlaceholder')}
              load={(search) => findModels(search, t('rules.form.modelOwn'))}
            />
          </div>
          <StepsField field={steps} platform={platform.value} faultAt={(place) => props.faultAt(place)} />
          <Checkbox
            {...props.form.field('mayDowngrade')}
            label={t('rules.form.mayDowngrade')}
            hint={t('rules.form.mayDowngradeHint')}
          />
        </div>
      </Card>
      <ConditionFields form={props.form}>
        <ClockField
          {...props.form.field('startsAt')}
          type="datetime-local"
          label={t('rules.form.startsAt')}
          hint={t('rules.form.momentHint', { zone })}
        />
        <ClockField {...props.form.field('endsAt')} type="datetime-local" label={t('rules.form.endsAt')} />
      </ConditionFields>
      <Card title={t('rules.form.more')}>
        <div class="space-y-5">
          <TextField
            {...props.form.field('priority')}
            class="sm:max-w-60"
            label={t('rules.fact.priority')}
            hint={t('rules.form.priorityHint')}
            inputMode="numeric"
            autocomplete="off"
          />
          <TextArea
            {...props.form.field('notes')}
            rows={3}
            label={t('rules.fact.notes')}
            hint={t('rules.form.notesHint')}
          />
        </div>
      </Card>
    </>
  )
}
