import { createEffect, createSignal, on, onCleanup } from 'solid-js'

/** The same value, once it has been left alone for a moment; the first one at once. */
export function createSettled<Value>(value: () => Value, quietMs: number): () => Value {
  const [settled, setSettled] = createSignal(value())
  let timer: ReturnType<typeof setTimeout> | undefined
  createEffect(
    on(
      value,
      (next) => {
        clearTimeout(timer)
        if (settled() === undefined) setSettled(() => next)
        else timer = setTimeout(() => setSettled(() => next), quietMs)
      },
      { defer: true },
    ),
  )
  onCleanup(() => clearTimeout(timer))
  return settled
}
