import { createEffect, For } from 'solid-js'
import type { Tone } from './badge'
import { classes } from './classes'

/** The colours of tones where they fill something. */
export const FILLS: Record<Tone, string> = {
  good: 'bg-good',
  info: 'bg-info',
  accent: 'bg-accent',
  warn: 'bg-warn',
  danger: 'bg-danger',
  neutral: 'bg-edge',
}

/** How a whole is divided, in colours, without a legend; `label` says it all to those who do not see it. */
export function SegmentBar(props: {
  label: string
  /** Without a tone: left empty. */
  segments: readonly { tone?: Tone | undefined; count: number }[]
  class?: string
}) {
  return (
    <div
      role="img"
      aria-label={props.label}
      class={classes('flex gap-0.5 overflow-hidden rounded-full bg-raised', props.class)}
    >
      <For each={props.segments.filter(({ count }) => count > 0)}>
        {({ tone, count }) => <Segment fill={tone && FILLS[tone]} count={count} />}
      </For>
    </div>
  )
}

/** Its width is set by script: the Content Security Policy takes no style attribute. */
function Segment(props: { fill: string | undefined; count: number }) {
  let bar: HTMLSpanElement | undefined
  createEffect(() => bar?.style.setProperty('flex-grow', String(props.count)))
  return (
    <span
      ref={(element) => {
        bar = element
      }}
      class={classes('h-full min-w-1.5 basis-0', props.fill)}
    />
  )
}
