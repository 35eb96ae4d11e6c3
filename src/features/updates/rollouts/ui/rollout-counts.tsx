import { A } from '@solidjs/router'
import CircleAlert from 'lucide-solid/icons/circle-alert'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { LiveValue } from '../../../../ui/live-value'
import type { WaveCounts } from '../lists'
import type { RolloutView } from '../schemas'
import { CountDot } from './count-dot'
import { CountsBar } from './counts-bar'
import { COUNTED, type Counted, totalOf } from './numbers'
import { subjectPath } from './places'
import { haltWords } from './words'

/** What the state of a rollout means, why it is in it, and how far all waves are. */
export function RolloutCounts(props: {
  rollout: RolloutView
  isLimited: boolean
  onChoose(name: Counted): void
}) {
  const i18n = useI18n()
  const { t } = i18n
  const total = () => totalOf(props.rollout.waves)
  return (
    <section aria-label={t('rollouts.page.progress')} class="rounded-xl border border-line bg-surface p-5">
      <div role="status">
        <Show
          when={props.rollout.state === 'halted' && props.rollout.reason}
          fallback={<p class="text-sm">{t(`rollouts.stateMeaning.${props.rollout.state}`)}</p>}
        >
          {(reason) => (
            <div class="flex gap-3 rounded-lg bg-danger-soft px-3.5 py-3 text-sm">
              <CircleAlert class="mt-0.5 size-4.5 shrink-0 text-danger" aria-hidden="true" />
              <div class="min-w-0">
                <p class="font-semibold">{haltWords(reason(), i18n)}</p>
                <p class="mt-0.5">{t('rollouts.stateMeaning.halted')}</p>
                <Show when={reason().code.startsWith('rule_') || reason().code === 'set_changed'}>
                  <A
                    href={subjectPath(props.rollout)}
                    class="mt-1 inline-block rounded font-medium underline"
                  >
                    {t(props.rollout.setId === null ? 'rollouts.page.openRule' : 'rollouts.page.openSet')}
                  </A>
                </Show>
              </div>
            </div>
          )}
        </Show>
      </div>
      <CountsBar counts={total()} class="mt-4" />
      <Numbers counts={total()} onChoose={props.onChoose} />
      <Show when={props.isLimited}>
        <p class="mt-3 text-xs text-muted">{t('rollouts.page.limited')}</p>
      </Show>
    </section>
  )
}

/** Kinds that are seldom there are shown only where they are. */
const SELDOM: readonly Counted[] = ['excused', 'left']

function Numbers(props: { counts: WaveCounts; onChoose(name: Counted): void }) {
  const { t, format } = useI18n()
  const shown = () => COUNTED.filter((name) => !SELDOM.includes(name) || props.counts[name] > 0)
  return (
    <ul
      aria-label={t('rollouts.page.counts')}
      class="mt-4 grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:gap-x-3"
    >
      <For each={shown()}>
        {(name) => {
          const what = () => t(`rollouts.target.${name}`)
          const count = () => format.number(props.counts[name])
          return (
            <li>
              <button
                type="button"
                title={t(`rollouts.targetMeaning.${name}`)}
                aria-label={t('rollouts.page.showTargets', { what: what(), count: count() })}
                class="w-full rounded-lg px-3 py-2 text-left hover:bg-raised"
                onClick={() => props.onChoose(name)}
              >
                <span class="flex items-center gap-2 text-xs text-muted">
                  <CountDot name={name} />
                  {what()}
                </span>{' '}
                <span class="digits mt-0.5 block text-2xl font-semibold">
                  <LiveValue value={props.counts[name]}>{count()}</LiveValue>
                </span>
              </button>
            </li>
          )
        }}
      </For>
    </ul>
  )
}
