import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Facts } from '../../../../ui/facts'
import { packagePath } from '../../packages/ui/places'
import { modelsWords } from '../../packages/ui/words'
import type { RuleView } from '../schemas'
import { conditionFacts } from './condition-facts'
import { RuleWarnings } from './rule-warnings'

/** A rule for whoever may only look at it. */
export function RuleFacts(props: { rule: RuleView }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const conditions = () => props.rule.conditions
  const none = () => t('rules.page.none')
  return (
    <div class="min-w-0 space-y-5">
      <RuleWarnings warnings={props.rule.warnings} />
      <Card title={t('rules.form.what')}>
        <Facts
          facts={[
            { name: t('rules.fact.models'), value: modelsWords(props.rule.models, i18n) },
            { name: t('rules.fact.priority'), value: format.number(props.rule.priority) },
            {
              name: t('rules.fact.downgrade'),
              value: conditions().mayDowngrade ? t('rules.page.yes') : t('rules.page.no'),
            },
          ]}
        />
        <ol class="mt-5 space-y-2 text-sm">
          <For each={props.rule.steps}>
            {(step) => (
              <li class="flex flex-wrap gap-x-3">
                <A href={packagePath(step.packageId)} class="digits rounded font-medium hover:underline">
                  {step.component} <span class="text-muted">→</span> {step.version}
                </A>
                <span class="digits text-muted">
                  {[
                    step.fromMin && `${t('rules.form.fromMin')}: ${step.fromMin}`,
                    step.fromMax && `${t('rules.form.fromMax')}: ${step.fromMax}`,
                    step.waitsForEarlier && t('rules.form.waits'),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </li>
            )}
          </For>
        </ol>
      </Card>
      <Card title={t('rules.form.when')}>
        <Facts
          facts={[
            ...conditionFacts(conditions(), i18n),
            {
              name: t('rules.fact.startsAt'),
              value: props.rule.startsAt ? format.dateTime(props.rule.startsAt) : none(),
            },
            {
              name: t('rules.fact.endsAt'),
              value: props.rule.endsAt ? format.dateTime(props.rule.endsAt) : none(),
            },
          ]}
        />
      </Card>
      <Show when={props.rule.notes !== ''}>
        <Card title={t('rules.fact.notes')}>
          <p class="text-sm break-words whitespace-pre-line">{props.rule.notes}</p>
        </Card>
      </Show>
    </div>
  )
}
