import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { EmptyState } from '../../../../ui/empty-state'
import { LiveValue } from '../../../../ui/live-value'
import { TimeAgo } from '../../../../ui/time-ago'
import { rulePath } from '../../packages/ui/places'
import { OUTCOME_TONES } from '../../rules/ui/outcomes'
import { reasonWords } from '../../rules/ui/reason-words'
import type { Explanation } from '../schemas'

/** What every rule of the platform comes to for one terminal, and why; those that concern it first. */
export function ExplainedRules(props: { explained: Explanation }) {
  const { t, tn } = useI18n()
  const [showsAll, setShowsAll] = createSignal(false)
  const concerned = () => props.explained.rules.filter((one) => one.isAssigned)
  const others = () => props.explained.rules.filter((one) => !one.isAssigned)
  return (
    <Card title={t('updates.explain.rules')}>
      <p class="-mt-3 mb-4 text-sm text-muted">
        {t('updates.explain.text')} <TimeAgo at={props.explained.at} />
      </p>
      <Show
        when={concerned().length > 0}
        fallback={<EmptyState title={t('updates.explain.none')} text={t('updates.explain.noneText')} />}
      >
        <Rules rules={concerned()} />
      </Show>
      <Show when={showsAll() && others().length > 0}>
        <div class="mt-4 border-t border-line pt-4">
          <Rules rules={others()} />
        </div>
      </Show>
      <Show when={!showsAll() && others().length > 0}>
        <Button class="mt-3" size="small" onClick={() => setShowsAll(true)}>
          {tn('updates.explain.others', others().length)}
        </Button>
      </Show>
      <Show when={!props.explained.isWhole}>
        <p class="mt-3 text-sm text-muted">{t('updates.explain.notWhole')}</p>
      </Show>
    </Card>
  )
}

function Rules(props: { rules: Explanation['rules'] }) {
  return (
    <ul class="space-y-4">
      <For each={props.rules}>{(rule) => <Explained rule={rule} />}</For>
    </ul>
  )
}

function Explained(props: { rule: Explanation['rules'][number] }) {
  const i18n = useI18n()
  const { t, format } = i18n
  return (
    <li class="text-sm">
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3>
          <A
            href={rulePath(props.rule.ruleId)}
            class="rounded text-base font-medium break-words text-accent hover:underline"
          >
            {props.rule.name}
          </A>
        </h3>
        <LiveValue value={props.rule.outcome}>
          <Badge tone={OUTCOME_TONES[props.rule.outcome]} hasDot>
            {t(`updates.explain.outcome.${props.rule.outcome}`)}
          </Badge>
        </LiveValue>
        <span class="digits text-xs text-muted">
          {t('updates.explain.priority', { priority: format.number(props.rule.priority) })}
        </span>
      </div>
      <ul class="mt-1 list-disc space-y-0.5 pl-5 marker:text-muted">
        <For each={props.rule.reasons}>
          {(reason) => <li class="first-letter:uppercase">{reasonWords(reason, i18n)}</li>}
        </For>
      </ul>
      <Show when={props.rule.packages.length > 0}>
        <p class="digits mt-1 text-muted">
          {t('updates.explain.packages')}{' '}
          {props.rule.packages.map((one) => `${one.component} ${one.version}`).join(', ')}
        </p>
      </Show>
      <Show when={props.rule.recheckAt}>
        {(at) => <p class="mt-1 text-muted">{t('updates.explain.recheck', { at: format.stamp(at()) })}</p>}
      </Show>
    </li>
  )
}
