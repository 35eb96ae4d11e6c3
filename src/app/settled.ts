import { createEffect, createSignal, on, onCleanup } from 'solid-js'

/**
 * The same value, once it has been left alone for a moment: while somebody types, nothing is asked for.
 * @param quietMs for how long, where `next` follows `before`
 */
export function createSettled<Value>(
  value: () => Value,
  quietMs: (next: Value, before: Value) => number,
): () => Value {
  const [settled, setSettled] = createSignal(value())
  createEffect(
    on(
      value,
      (next) => {
        const timer = setTimeout(() => setSettled(() => next), quietMs(next, settled()))
        onCleanup(() => clearTimeout(timer))
      },
      { defer: true },
    ),
  )
  return settled
}
