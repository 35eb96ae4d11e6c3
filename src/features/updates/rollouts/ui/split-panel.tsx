import { createEffect, Index, Show } from 'solid-js'
import { QuestionAnswer } from '../../../../app/question-answer'
import { type I18n, useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { classes } from '../../../../ui/classes'
import { numberOf } from '../../rules/ui/numbers'
import { FIELD_OF } from './refusals'
import type { RolloutDraft, WaveDraft } from './rollout-form'
import type { Split } from './split'
import { percentWords } from './words'

/** How the terminals are divided, beside the form: a bar and a number for each wave. */
export function SplitPanel(props: { draft: RolloutDraft; split: Split; hasSubject: boolean }) {
  const { t, tn } = useI18n()
  const hint = () => {
    if (!props.hasSubject) return t('rollouts.split.chooseSubject')
    const isAnswered = props.split.report() !== undefined || props.split.error() !== null
    if (isAnswered || props.split.isWaiting()) return undefined
    return t('rollouts.split.wrong')
  }
  const isToldElsewhere = () => (props.split.refusal()?.code ?? '') in FIELD_OF
  return (
    <Card title={t('rollouts.split.title')}>
      <p class="-mt-3 mb-4 text-sm text-muted">{t('rollouts.split.text')}</p>
      <div aria-live="polite" aria-busy={props.split.isWaiting()}>
        <QuestionAnswer
          question={props.split}
          hint={hint()}
          waiting={t('rollouts.split.waiting')}
          mayRetry={!isToldElsewhere()}
        >
          {(report) => (
            <>
              <p class="digits text-xl font-semibold">{tn('rollouts.terminals', report().terminals)}</p>
              <ol aria-label={t('rollouts.split.label')} class="mt-3 space-y-3.5 text-sm">
                <Index each={report().waves}>
                  {(wave) => (
                    <WaveShare
                      sizes={report().waves.map(({ terminals }) => terminals)}
                      all={report().terminals}
                      position={wave().position}
                      waves={props.draft.waves}
                    />
                  )}
                </Index>
              </ol>
            </>
          )}
        </QuestionAnswer>
      </div>
    </Card>
  )
}

function WaveShare(props: {
  sizes: readonly number[]
  all: number
  position: number
  waves: readonly WaveDraft[]
}) {
  const i18n = useI18n()
  const { t, format } = i18n
  const name = () => t('rollouts.page.wave', { wave: format.number(props.position + 1) })
  const terminals = () => props.sizes[props.position] ?? 0
  const shareOf = (count: number) => (props.all === 0 ? 0 : count / props.all)
  const before = () => props.sizes.slice(0, props.position).reduce((sum, size) => sum + size, 0)
  const isPilot = () => props.position === 0 && props.waves.length > 1 && props.waves[0]?.by === 'group'
  return (
    <li>
      <div class="flex items-baseline justify-between gap-3">
        <span class="min-w-0">
          <span class="font-medium">{name()}</span>{' '}
          <span class="text-xs break-words text-muted">{chosenWords(props.waves, props.position, i18n)}</span>
        </span>
        <span class="digits whitespace-nowrap">
          <span class="mr-2 text-xs text-muted">{format.percent(shareOf(terminals()))}</span>
          <span class="font-semibold">{format.number(terminals())}</span>
        </span>
      </div>
      <Slice from={shareOf(before())} share={shareOf(terminals())} />
      <Show when={terminals() === 0}>
        <p class="mt-1 text-xs text-muted">
          {t(isPilot() ? 'rollouts.split.pilotEmpty' : 'rollouts.split.empty')}
        </p>
      </Show>
    </li>
  )
}

/** One part of the whole where it lies in it: after those that go before. Set by script, for the policy takes no styles. */
function Slice(props: { from: number; share: number }) {
  let slice: HTMLSpanElement | undefined
  createEffect(() => {
    slice?.style.setProperty('margin-left', `min(${props.from * 100}%, 100% - 4px)`)
    slice?.style.setProperty('width', `${props.share * 100}%`)
  })
  return (
    <div aria-hidden="true" class="mt-1 h-2.5 overflow-hidden rounded-full bg-raised">
      <span
        ref={(element) => {
          slice = element
        }}
        class={classes(
          'block h-full rounded-full bg-accent transition-all duration-200',
          props.share > 0 && 'min-w-1',
        )}
      />
    </div>
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
  if (waves[0]?.by !== 'group') return ''
  return t('rollouts.split.percent', { share: percentWords(numberOf(wave.size), i18n) })
}
