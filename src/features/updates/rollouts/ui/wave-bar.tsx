import { createEffect } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import type { RolloutView } from '../schemas'
import { barOf } from './numbers'
import { percentWords } from './words'

/**
 * How far one wave is: what succeeded grows from the left towards the mark above the bar, at which the next wave opens; what
 * failed grows from the right towards the mark below it, at which all halts.
 */
export function WaveBar(props: { wave: RolloutView['waves'][number]; name: string }) {
  const i18n = useI18n()
  const percent = (value: number) => percentWords(value, i18n)
  const bar = () => barOf(props.wave)
  const label = () =>
    i18n.t('rollouts.page.waveBar', {
      wave: props.name,
      succeeded: percent(props.wave.succeededPercent),
      goal: percent(props.wave.successPercent),
      failed: percent(props.wave.failedPercent),
      limit: percent(props.wave.errorPercent),
    })
  return (
    <div role="img" aria-label={label()} class="relative py-2">
      <div class="flex h-3.5 overflow-hidden rounded-full bg-raised">
        <Part fill="bg-good" percent={bar().succeeded} isThere={props.wave.counts.succeeded > 0} />
        <Part fill="bg-info" percent={bar().active} isThere={props.wave.counts.active > 0} />
        <Part fill="ml-auto bg-danger" percent={bar().failed} isThere={props.wave.counts.failed > 0} />
      </div>
      <Mark class="top-0 bottom-2 border-l-2 border-good" percent={props.wave.successPercent} />
      <Mark class="top-2 bottom-0 border-l-2 border-danger" percent={100 - props.wave.errorPercent} />
    </div>
  )
}

/** Widths and places are set by script: the Content Security Policy takes no style attribute. */
function Part(props: { fill: string; percent: number; isThere: boolean }) {
  let part: HTMLSpanElement | undefined
  createEffect(() => part?.style.setProperty('width', `${props.percent}%`))
  return (
    <span
      ref={(element) => {
        part = element
      }}
      class={classes(
        'h-full shrink-0 transition-[width] duration-300',
        props.isThere && 'min-w-1',
        props.fill,
      )}
    />
  )
}

function Mark(props: { percent: number; class: string }) {
  let mark: HTMLSpanElement | undefined
  createEffect(() =>
    mark?.style.setProperty('left', `clamp(0px, calc(${props.percent}% - 1px), calc(100% - 2px))`),
  )
  return (
    <span
      ref={(element) => {
        mark = element
      }}
      class={classes('absolute', props.class)}
    />
  )
}
