import { For, Show } from 'solid-js'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { CountDot } from './count-dot'
import { targetReasonWords } from './words'

export type Reason = Outputs['rollouts']['reasons']['items'][number]

const SHOWN = 12
/** What went wrong first, then what may yet. */
const ORDER: readonly Reason['state'][] = ['failed', 'waiting', 'active', 'left', 'succeeded']

/** Why terminals have not succeeded, in numbers that open them. */
export function TargetReasons(props: { reasons: readonly Reason[]; onChoose(reason: Reason): void }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const shown = () =>
    [...props.reasons]
      .sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state))
      .slice(0, SHOWN)
  return (
    <Card title={t('rollouts.page.why')}>
      <p class="-mt-3 mb-3 text-sm text-muted">{t('rollouts.page.whyText')}</p>
      <Show
        when={shown().length > 0}
        fallback={<p class="text-sm text-muted">{t('rollouts.page.noReasons')}</p>}
      >
        <ul class="space-y-1 text-sm">
          <For each={shown()}>
            {(one) => {
              const what = () => targetReasonWords({ ...one, hasTried: false }, i18n)
              return (
                <li class="flex items-start justify-between gap-3">
                  <span class="flex min-w-0 items-baseline gap-2 py-0.5">
                    <CountDot name={one.state} />
                    <span class="min-w-0">
                      <span class="block first-letter:uppercase">{what()}</span>
                      <span class="text-xs text-muted">{t(`rollouts.target.${one.state}`)}</span>
                    </span>
                  </span>
                  <button
                    type="button"
                    class="digits -mr-1.5 min-h-7 rounded px-1.5 font-semibold text-accent hover:underline pointer-coarse:min-h-11 pointer-coarse:min-w-11"
                    aria-label={t('rollouts.page.showTargets', {
                      what: what(),
                      count: format.number(one.terminals),
                    })}
                    onClick={() => props.onChoose(one)}
                  >
                    {format.number(one.terminals)}
                  </button>
                </li>
              )
            }}
          </For>
        </ul>
      </Show>
    </Card>
  )
}
