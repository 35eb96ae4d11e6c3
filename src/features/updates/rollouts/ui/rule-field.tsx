import { A } from '@solidjs/router'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { type JSX, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import type { FieldState } from '../../../../ui/form/state'
import { rulePath } from '../../packages/ui/places'
import { assignedWords } from '../../rules/ui/rule-columns'
import { findRules } from './find-rules'
import { rolloutPath } from './places'

const UNDER_WAY: readonly string[] = ['running', 'paused', 'halted']

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
  const newest = useQuery(() => ({
    ...api.rollouts.list.query({ ruleId: ruleId() ?? '', limit: 1 }),
    enabled: ruleId() !== undefined,
  }))
  const underWay = () => {
    const [first] = ruleId() === undefined ? [] : (newest.data?.items ?? [])
    return first !== undefined && UNDER_WAY.includes(first.state) ? first : undefined
  }
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
        label={t('rollouts.new.rule')}
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
      <Show when={underWay()}>
        {(rollout) => (
          <Note>
            {t('errors.rollout_under_way', { rollout: rollout().name })}{' '}
            <A href={rolloutPath(rollout().id)} class="rounded font-medium underline">
              {rollout().name}
            </A>
          </Note>
        )}
      </Show>
      <Show when={warning()}>{(text) => <Note>{text()}</Note>}</Show>
    </div>
  )
}

function Note(props: { children: JSX.Element }) {
  return (
    <div class="mt-3 flex gap-3 rounded-lg bg-warn-soft px-3.5 py-3 text-sm">
      <TriangleAlert class="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
      <p class="min-w-0 break-words">{props.children}</p>
    </div>
  )
}
