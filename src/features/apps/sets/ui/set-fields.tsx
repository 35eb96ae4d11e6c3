import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Checkbox } from '../../../../ui/choice-field'
import { TextArea, TextField } from '../../../../ui/field'
import type { FormState } from '../../../../ui/form/state'
import { WarningNote } from '../../../../ui/warning-note'
import { ConditionFields } from '../../../updates/rules/ui/condition-fields'
import { LinesField } from './lines-field'
import type { SetDraft } from './set-form'

/** All that a set says: what is to be there and what not, when, and how a change goes out. */
export function SetFieldsView(props: { form: FormState<SetDraft> }) {
  const { t } = useI18n()
  return (
    <>
      <Card title={t('sets.form.what')}>
        <div class="space-y-5">
          <TextField
            {...props.form.field('name')}
            isRequired
            label={t('rules.fact.name')}
            maxLength={128}
            autocomplete="off"
          />
          <LinesField field={props.form.field('lines')} errorAt={props.form.errorAt} />
          <div class="space-y-2">
            <Checkbox
              {...props.form.field('removesOthers')}
              label={t('sets.form.removesOthers')}
              hint={t('sets.form.removesOthersHint')}
            />
            <Show when={props.form.values.removesOthers}>
              <ul>
                <WarningNote isGrave text={t('sets.form.removesOthersWarning')} />
              </ul>
            </Show>
          </div>
        </div>
      </Card>
      <ConditionFields form={props.form} />
      <Card title={t('sets.form.way')}>
        <div class="space-y-5">
          <Checkbox
            {...props.form.field('goesInWaves')}
            label={t('sets.form.goesInWaves')}
            hint={t('sets.form.goesInWavesHint')}
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
