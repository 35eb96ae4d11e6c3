import { Index, Show } from 'solid-js'
import { type I18n, useI18n } from '../../../../i18n'
import { Badge, type Tone } from '../../../../ui/badge'
import { Card } from '../../../../ui/card'
import { classes } from '../../../../ui/classes'
import { LiveValue } from '../../../../ui/live-value'
import { TimeAgo } from '../../../../ui/time-ago'
import { counted } from '../decide'
import type { RolloutView } from '../schemas'
import { stageOf, type WaveStage } from './numbers'
import { WaveBar } from './wave-bar'
import { countsWords, percentWords } from './words'

type Wave = RolloutView['waves'][number]

const STAGE_TONES: Record<WaveStage, Tone> = {
  later: 'neutral',
  open: 'accent',
  stuck: 'warn',
  done: 'good',
  never: 'neutral',
}

/** The waves in their order, each with its thresholds drawn in. */
export function WaveList(props: { rollout: RolloutView; onChoose(wave: number): void }) {
  const { t } = useI18n()
  return (
    <Card title={t('rollouts.page.waves')}>
      <ol class="-my-4 divide-y divide-line">
        <Index each={props.rollout.waves}>
          {(wave) => <WaveRow wave={wave()} rollout={props.rollout} onChoose={props.onChoose} />}
        </Index>
      </ol>
    </Card>
  )
}

function WaveRow(props: { wave: Wave; rollout: RolloutView; onChoose(wave: number): void }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const name = () => t('rollouts.page.wave', { wave: format.number(props.wave.position + 1) })
  const isOpened = () => props.wave.openedAt !== null
  const stage = () => stageOf(props.wave, props.rollout.state)
  const terminals = () => counted(props.wave.counts) + props.wave.counts.excused
  const percent = (value: number) => percentWords(value, i18n)
  return (
    <li class="py-4">
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 class="text-sm font-semibold">{name()}</h3>
        <LiveValue value={stage()}>
          <Badge tone={STAGE_TONES[stage()]} hasDot>
            {t(`rollouts.page.waveState.${stage()}`)}
          </Badge>
        </LiveValue>
        <button
          type="button"
          class="digits rounded text-sm text-accent hover:underline pointer-coarse:min-h-11"
          onClick={() => props.onChoose(props.wave.position)}
        >
          {tn('rollouts.terminals', terminals())}
        </button>
        <span class="text-xs break-words text-muted">{sizeWords(props.wave, props.rollout.waves, i18n)}</span>
        <span class="ml-auto text-xs text-muted max-sm:ml-0 max-sm:w-full">
          <Show when={props.wave.finishedAt ?? props.wave.openedAt}>
            {(at) => (
              <>
                {t(props.wave.finishedAt === null ? 'rollouts.page.opened' : 'rollouts.page.passed')}{' '}
                <TimeAgo at={at()} />
              </>
            )}
          </Show>
        </span>
      </div>
      <Show
        when={counted(props.wave.counts) > 0}
        fallback={<p class="mt-2 text-sm text-muted">{t('rollouts.page.noneCounts')}</p>}
      >
        <div class={classes('mt-1', !isOpened() && 'opacity-60')}>
          <WaveBar wave={props.wave} name={name()} />
        </div>
        <div class="digits flex flex-wrap justify-between gap-x-6 gap-y-0.5 text-xs text-muted">
          <span>
            <Show when={isOpened()}>
              <span class="font-medium text-good">
                {t('rollouts.page.success', { share: percent(props.wave.succeededPercent) })}
              </span>{' '}
            </Show>
            <MarkSign class="border-good" />
            {t('rollouts.page.goal', { share: percent(props.wave.successPercent) })}
          </span>
          <span>
            <Show when={isOpened()}>
              <span class={classes('font-medium', props.wave.counts.failed > 0 ? 'text-danger' : 'text-ink')}>
                {t('rollouts.page.failure', { share: percent(props.wave.failedPercent) })}
              </span>{' '}
            </Show>
            <MarkSign class="border-danger" />
            {t('rollouts.page.limit', { share: percent(props.wave.errorPercent) })}
          </span>
        </div>
        <Show when={isOpened()}>
          <p class="digits mt-1 text-xs text-muted">{countsWords(props.wave.counts, i18n)}</p>
        </Show>
      </Show>
    </li>
  )
}

/** The mark of a threshold in the bar above, beside its words. */
function MarkSign(props: { class: string }) {
  return (
    <span
      aria-hidden="true"
      class={classes('ml-1 mr-1.5 inline-block h-3 border-l-2 align-[-2px]', props.class)}
    />
  )
}

/** How a wave was chosen. Limited callers are not told which group went first. */
function sizeWords(
  { position, groupName, percent, count }: Wave,
  waves: readonly Wave[],
  i18n: I18n,
): string {
  const { t } = i18n
  const isLast = position === waves.length - 1
  if (groupName !== null) return `${t('rollouts.page.size.group')} · ${groupName}`
  if (percent !== null) {
    const isPiloted = waves[0]?.percent === null && waves[0].count === null
    const share = percentWords(percent, i18n)
    return t(isPiloted ? 'rollouts.page.size.percentOfOthers' : 'rollouts.page.size.percent', { share })
  }
  if (count !== null) return t('rollouts.page.size.count')
  if (!isLast) return t('rollouts.page.size.group')
  return t(waves.length === 1 ? 'rollouts.page.size.all' : 'rollouts.page.size.rest')
}
