import { Index, Match, Show, Switch } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import { type I18n, useI18n } from '../../../../i18n'
import { Spinner } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { ProgressBar } from '../../../../ui/progress-bar'
import { numberOf } from '../../rules/ui/numbers'
import { FIELD_OF } from './refusals'
import type { RolloutDraft, WaveDraft } from './rollout-form'
import type { Split } from './split'
import { percentWords } from './words'

/** How the terminals of the rule are divided, beside the form: a bar and a number for each wave. */
export function SplitPanel(props: { draft: RolloutDraft; split: Split; hasRule: boolean }) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const hint = () => {
    if (!props.hasRule) return t('rollouts.split.chooseRule')
    const isAnswered = props.split.report() !== undefined || props.split.error() !== null
    if (isAnswered || props.split.isWaiting()) return undefined
    return t('rollouts.split.wrong')
  }
  const isToldElsewhere = () => (props.split.refusal()?.code ?? '') in FIELD_OF
  return (
    <Card title={t('rollouts.split.title')}>
      <p class="-mt-3 mb-4 text-sm text-muted">{t('rollouts.split.text')}</p>
      <div aria-live="polite" aria-busy={props.split.isWaiting()}>
        <Switch
          fallback={
            <p class="text-sm text-muted">
              <Spinner class="mr-2 align-[-2px]" />
              {t('rollouts.split.waiting')}
            </p>
          }
        >
          <Match when={hint()}>
            {(text) => (
              <p class="rounded-lg border border-dashed border-edge px-4 py-5 text-center text-sm text-pretty text-muted">
                {text()}
              </p>
            )}
          </Match>
          <Match when={props.split.error()}>
            {(error) => (
              <ErrorNote
                {...failureOf(error(), i18n)}
                onRetry={isToldElsewhere() ? undefined : props.split.refetch}
              />
            )}
          </Match>
          <Match when={props.split.report()}>
            {(report) => (
              <>
                <p class="digits text-xl font-semibold">{tn('rollouts.terminals', report().terminals)}</p>
                <ol aria-label={t('rollouts.split.label')} class="mt-3 space-y-3.5 text-sm">
                  <Index each={report().waves}>
                    {(wave) => (
                      <WaveShare
                        terminals={wave().terminals}
                        all={report().terminals}
                        position={wave().position}
                        waves={props.draft.waves}
                      />
                    )}
                  </Index>
                </ol>
              </>
            )}
          </Match>
        </Switch>
      </div>
    </Card>
  )
}

function WaveShare(props: { terminals: number; all: number; position: number; waves: readonly WaveDraft[] }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const name = () => t('rollouts.page.wave', { wave: format.number(props.position + 1) })
  const share = () => (props.all === 0 ? 0 : props.terminals / props.all)
  const words = () => t('rollouts.split.share', { share: format.percent(share()) })
  const isPilot = () => props.position === 0 && props.waves.length > 1 && props.waves[0]?.by === 'group'
  return (
    <li>
      <div class="flex items-baseline justify-between gap-3">
        <span class="min-w-0">
          <span class="font-medium">{name()}</span>{' '}
          <span class="text-xs break-words text-muted">{chosenWords(props.waves, props.position, i18n)}</span>
        </span>
        <span class="digits font-semibold">{format.number(props.terminals)}</span>
      </div>
      <ProgressBar class="mt-1 !h-2.5" label={name()} value={share()} words={words()} />
      <p class="digits mt-0.5 text-xs text-muted">
        <Show
          when={props.terminals > 0}
          fallback={t(isPilot() ? 'rollouts.split.pilotEmpty' : 'rollouts.split.empty')}
        >
          {words()}
        </Show>
      </p>
    </li>
  )
}

/** How a wave is chosen, by the form as it is now. */
function chosenWords(waves: readonly WaveDraft[], position: number, i18n: I18n): string {
  const { t } = i18n
  const wave = waves[position]
  if (wave === undefined) return ''
  if (position === waves.length - 1)
    return t(waves.length === 1 ? 'rollouts.split.all' : 'rollouts.split.rest')
  if (wave.by === 'group') return t('rollouts.split.pilot', { name: wave.group?.label ?? '' })
  if (wave.by === 'count') return t('rollouts.split.count')
  const share = percentWords(numberOf(wave.size), i18n)
  return t(waves[0]?.by === 'group' ? 'rollouts.split.percent' : 'rollouts.split.percentOfAll', { share })
}
