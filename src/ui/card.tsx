import { type JSX, Show } from 'solid-js'
import { classes } from './classes'

/** A framed part of a page, with its heading and what can be done about it. */
export function Card(props: {
  title?: string
  actions?: JSX.Element
  class?: string
  children: JSX.Element
}) {
  return (
    <section class={classes('rounded-xl border border-line bg-surface p-5', props.class)}>
      <Show when={props.title}>
        <div class="mb-4 flex flex-wrap items-center justify-between gap-3">
          <h2 class="font-semibold">{props.title}</h2>
          {props.actions}
        </div>
      </Show>
      {props.children}
    </section>
  )
}
