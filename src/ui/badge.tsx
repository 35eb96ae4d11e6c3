import type { JSX } from 'solid-js'
import { classes } from './classes'

export type Tone = 'neutral' | 'good' | 'warn' | 'danger' | 'info' | 'accent'

const TONES: Record<Tone, string> = {
  neutral: 'bg-raised text-muted',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
  info: 'bg-info-soft text-info',
  accent: 'bg-accent-soft text-accent',
}

/** A word about a state. The dot is decoration: the word says it all. */
export function Badge(props: { tone?: Tone; hasDot?: boolean; children: JSX.Element }) {
  return (
    <span
      class={classes(
        'inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        TONES[props.tone ?? 'neutral'],
      )}
    >
      {props.hasDot && <span aria-hidden="true" class="size-1.5 rounded-full bg-current" />}
      {props.children}
    </span>
  )
}
