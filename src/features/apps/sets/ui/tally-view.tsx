import { For, type JSX, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import { FILLS, SegmentBar } from '../../../../ui/segment-bar'
import type { Outcome } from '../../../updates/rules/lists'
import { OUTCOME_TONES } from '../../../updates/rules/ui/outcomes'
import type { AppsTally } from '../schemas'
import { appName, shortReason, versionWords } from './words'

/** Terminals by what a set comes to for them: a bar, and each count beside its words. */
export function OutcomeCounts(props: {
  tally: AppsTally
  /** Of what is so now, not of what would be. */
  isNow?: boolean
  /** Makes each count a button. */
  onChoose?(outcome: Outcome): void
}) {
  const { t, format } = useI18n()
  const words = (outcome: Outcome) => t(`sets.${props.isNow ? 'now' : 'outcome'}.${outcome}`)
  const summary = () =>
    props.tally.outcomes
      .map(({ outcome, terminals }) =>
        t('rollouts.count', { what: words(outcome), count: format.number(terminals) }),
      )
      .join(', ')
  return (
    <>
      <SegmentBar
        class="h-3"
        label={`${t('sets.tally.bar')}: ${summary()}`}
        segments={props.tally.outcomes.map(({ outcome, terminals }) => ({
          tone: OUTCOME_TONES[outcome],
          count: terminals,
        }))}
      />
      <ul class="mt-3 space-y-1 text-sm">
        <For each={props.tally.outcomes}>
          {({ outcome, terminals }) => (
            <li class="flex items-center justify-between gap-3">
              <span class="flex min-w-0 items-center gap-2">
                <span
                  aria-hidden="true"
                  class={classes('size-2.5 shrink-0 rounded-full', FILLS[OUTCOME_TONES[outcome]])}
                />
                {words(outcome)}
              </span>
              <Show
                when={props.onChoose}
                fallback={<span class="digits font-semibold">{format.number(terminals)}</span>}
              >
                {(choose) => (
                  <button
                    type="button"
                    class="digits -mx-1.5 min-h-7 rounded px-1.5 font-semibold text-accent hover:underline pointer-coarse:min-h-11 pointer-coarse:min-w-11"
                    aria-label={t('rollouts.page.showTargets', {
                      what: words(outcome),
                      count: format.number(terminals),
                    })}
                    onClick={() => choose()(outcome)}
                  >
                    {format.number(terminals)}
                  </button>
                )}
              </Show>
            </li>
          )}
        </For>
      </ul>
    </>
  )
}

/** What comes, is upgraded, goes and cannot be, application by application, on how many terminals each. */
export function TallyView(props: { tally: AppsTally }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const isNothing = () =>
    [props.tally.install, props.tally.upgrade, props.tally.remove, props.tally.obstacles].every(
      (part) => part.length === 0,
    )
  return (
    <div class="space-y-4 text-sm">
      <Show when={isNothing() && props.tally.terminals > 0}>
        <p class="text-muted">{t('sets.tally.nothing')}</p>
      </Show>
      <Part title={t('sets.tally.install')} tone="border-info" items={props.tally.install}>
        {(one) => (
          <Named name={appName(one, i18n)} what={versionWords(one, i18n)} terminals={one.terminals} />
        )}
      </Part>
      <Part title={t('sets.tally.upgrade')} tone="border-info" items={props.tally.upgrade}>
        {(one) => (
          <Named name={appName(one, i18n)} what={versionWords(one, i18n)} terminals={one.terminals} />
        )}
      </Part>
      <Part title={t('sets.tally.remove')} tone="border-danger" items={props.tally.remove}>
        {(one) => (
          <Named name={appName(one, i18n)} what={one.label ? one.package : ''} terminals={one.terminals} />
        )}
      </Part>
      <Part title={t('sets.tally.obstacles')} tone="border-warn" items={props.tally.obstacles}>
        {(one) => (
          <Named name={appName(one, i18n)} what={shortReason(one.code, i18n)} terminals={one.terminals} />
        )}
      </Part>
      <Part title={t('sets.tally.reasons')} tone="border-line" items={props.tally.reasons}>
        {(one) => (
          <li class="flex items-baseline justify-between gap-3">
            <span class="min-w-0 first-letter:uppercase">{shortReason(one.code, i18n)}</span>
            <span class="digits font-semibold">{format.number(one.terminals)}</span>
          </li>
        )}
      </Part>
      <Show when={!props.tally.isWhole}>
        <p class="text-muted">
          {t('rules.dryRun.notWhole', { count: format.number(props.tally.terminals) })}
        </p>
      </Show>
    </div>
  )
}

const SHOWN = 20

function Part<One>(props: {
  title: string
  tone: string
  items: readonly One[]
  children(one: One): JSX.Element
}) {
  const { t, format } = useI18n()
  const more = () => props.items.length - SHOWN
  return (
    <Show when={props.items.length > 0}>
      <section class={classes('border-l-2 pl-3', props.tone)}>
        <h3 class="font-medium">{props.title}</h3>
        <ul class="mt-1 space-y-1">
          <For each={props.items.slice(0, SHOWN)}>{(one) => props.children(one)}</For>
        </ul>
        <Show when={more() > 0}>
          <p class="mt-1 text-muted">{t('ui.andMore', { count: format.number(more()) })}</p>
        </Show>
      </section>
    </Show>
  )
}

function Named(props: { name: string; what: string; terminals: number }) {
  const { tn } = useI18n()
  return (
    <li class="flex items-baseline justify-between gap-3">
      <span class="min-w-0 wrap-anywhere">
        {props.name} <span class="digits text-muted">{props.what}</span>
      </span>
      <span class="digits shrink-0 whitespace-nowrap text-muted">
        {tn('rollouts.terminals', props.terminals)}
      </span>
    </li>
  )
}
