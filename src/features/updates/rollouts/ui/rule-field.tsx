import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import type { FieldState } from '../../../../ui/form/state'
import { rulePath } from '../../packages/ui/places'
import { assignedWords } from '../../rules/ui/rule-columns'
import { findRules } from './find-rules'
import { SubjectNote, UnderWayNote } from './subject-notes'

/** The rule that is rolled out, and what stands in its way already. */
export function RuleField(props: {
  field: FieldState<ComboOption | null>
  onInput(rule: ComboOption | null): void
  refusal: string | undefined
}) {
  const i18n = useI18n()
  const { t } = i18n
  const ruleId = () => props.field.value?.value
  const rule = useQuery(() => ({
    ...api.updateRules.get.query({ ruleId: ruleId() ?? '' }),
    enabled: ruleId() !== undefined,
  }))
  const known = () => (ruleId() === undefined ? undefined : rule.data)
  const warning = () => {
    const shown = known()
    if (shown === undefined) return undefined
    if (!shown.isEnabled) return t('rollouts.new.ruleOff')
    const isOver = shown.endsAt !== null && new Date(shown.endsAt) <= new Date()
    return isOver ? t('rollouts.new.ruleOver') : undefined
  }
  const error = () => props.field.error ?? props.refusal
  return (
    <div>
      <ComboField
        {...props.field}
        onInput={props.onInput}
        isRequired
        label={t('rollouts.fact.rule')}
        hint={t('rollouts.new.ruleHint')}
        load={findRules}
        {...(error() === undefined ? {} : { error: error() ?? '' })}
      />
      <Show when={known()}>
        {(shown) => (
          <p class="mt-1.5 text-sm">
            <A href={rulePath(shown().id)} target="_blank" class="rounded text-accent underline">
              {t('rollouts.page.openRule')}
            </A>
            <span class="digits text-muted">
              {' · '}
              {t('rules.fact.assigned')}: {assignedWords(shown(), i18n)}
            </span>
          </p>
        )}
      </Show>
      <UnderWayNote kind="rule" subjectId={ruleId()} />
      <Show when={warning()}>{(text) => <SubjectNote>{text()}</SubjectNote>}</Show>
    </div>
  )
}
