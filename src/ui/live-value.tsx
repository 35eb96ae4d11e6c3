import { createEffect, createSignal, type JSX, on } from 'solid-js'
import { afterQuiet } from './after-quiet'
import { classes } from './classes'

const SHINES_MS = 1_600

/** A value that shines for a moment when it has changed under the eyes of whoever looks at it. */
export function LiveValue(props: { value: string | number | null | undefined; children: JSX.Element }) {
  const [isFresh, setFresh] = createSignal(false)
  const shine = afterQuiet(SHINES_MS)
  createEffect(
    on(
      () => props.value,
      () => {
        setFresh(true)
        shine.wait(() => setFresh(false))
      },
      { defer: true },
    ),
  )
  return (
    <span class={classes('-mx-1 rounded px-1 transition-colors duration-700', isFresh() && 'bg-accent-soft')}>
      {props.children}
    </span>
  )
}
