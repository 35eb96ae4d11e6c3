import { createEffect, createSignal, on } from 'solid-js'
import { afterQuiet } from '../ui/after-quiet'

/**
 * The same value, once it has been left alone for so long: while somebody types, nothing is asked for.
 * @param isAtOnce what is not waited for, where `next` follows `before`
 */
export function createSettled<Value>(
  value: () => Value,
  quietMs: number,
  isAtOnce: (next: Value, before: Value) => boolean,
): () => Value {
  const [settled, setSettled] = createSignal(value())
  const quiet = afterQuiet(quietMs)
  createEffect(
    on(
      value,
      (next) => {
        quiet.stop()
        if (isAtOnce(next, settled())) setSettled(() => next)
        else quiet.wait(() => setSettled(() => next))
      },
      { defer: true },
    ),
  )
  return settled
}
