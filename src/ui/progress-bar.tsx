import { createEffect } from 'solid-js'
import { classes } from './classes'

/** How far something is, from 0 to 1; `words` says it to those who do not see the bar. */
export function ProgressBar(props: { label: string; value: number; words: string; class?: string }) {
  let bar: HTMLSpanElement | undefined
  // Set by script: the Content Security Policy takes no style attribute.
  createEffect(() => bar?.style.setProperty('width', `${Math.min(1, Math.max(0, props.value)) * 100}%`))
  return (
    <div
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(props.value * 100)}
      aria-valuetext={props.words}
      class={classes('h-1.5 overflow-hidden rounded-full bg-raised', props.class)}
    >
      <span
        ref={(element) => {
          bar = element
        }}
        class="block h-full w-0 rounded-full bg-accent transition-[width] duration-200"
      />
    </div>
  )
}
