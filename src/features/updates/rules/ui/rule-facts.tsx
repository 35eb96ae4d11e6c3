import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Facts } from '../../../../ui/facts'
import { useWord } from '../../../terminals/ui/words'
import { packagePath } from '../../packages/ui/places'
import { modelsWords } from '../../packages/ui/words'
import type { RuleView } from '../schemas'
import { RuleWarnings } from './rule-warnings'
import { windowWords } from './window-words'

/** A rule for whoever may only look at it. */
export function RuleFacts(props: { rule: RuleView }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const word = useWord()
  const conditions = () => props.rule.conditions
  const none = () => t('rules.page.none')
  const atLeast = (value: string) => t('rules.page.atLeast', { value })
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
            { name: t('rules.fact.window'), value: windowWords(conditions().window, i18n) },
            {
              name: t('rules.fact.networks'),
              value:
                conditions()
                  .networkTypes?.map((type) => word('network', type))
                  .join(', ') ?? none(),
            },
            {
              name: t('rules.fact.battery'),
              value:
                conditions().minBatteryPercent === undefined
                  ? none()
                  : atLeast(format.percent((conditions().minBatteryPercent ?? 0) / 100)),
            },
            {
              name: t('rules.fact.space'),
              value:
                conditions().minFreeBytes === undefined
                  ? none()
                  : atLeast(format.bytes(conditions().minFreeBytes ?? 0)),
            },
            {
              name: t('rules.fact.settled'),
              value: conditions().onlyWhenSettled
                ? t('rules.page.waitsForSettlement')
                : t('rules.page.noMatter'),
            },
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
