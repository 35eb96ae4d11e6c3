import { createEffect, createSignal, type JSX, on, onCleanup } from 'solid-js'
import { classes } from './classes'

const SHINES_MS = 1_600

/** A value that shines for a moment when it has changed under the eyes of whoever looks at it. */
export function LiveValue(props: { value: string | number | null | undefined; children: JSX.Element }) {
  const [isFresh, setFresh] = createSignal(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  createEffect(
    on(
      () => props.value,
      () => {
        setFresh(true)
        clearTimeout(timer)
        timer = setTimeout(() => setFresh(false), SHINES_MS)
      },
      { defer: true },
    ),
  )
  onCleanup(() => clearTimeout(timer))
  return (
    <span class={classes('-mx-1 rounded px-1 transition-colors duration-700', isFresh() && 'bg-accent-soft')}>
      {props.children}
    </span>
  )
}
