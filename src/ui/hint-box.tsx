import type { JSX } from 'solid-js'

/** In place of what is not there yet: what has to be done for it. */
export function HintBox(props: { children: JSX.Element }) {
  return (
    <p class="rounded-lg border border-dashed border-edge px-4 py-5 text-center text-sm text-pretty text-muted">
      {props.children}
    </p>
  )
}
