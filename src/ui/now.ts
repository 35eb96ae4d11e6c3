import { createSignal, onCleanup } from 'solid-js'

const BEAT_MS = 5_000

/** The time in ms, moving on every few seconds, for what tells how long ago something was. */
export function createNow(): () => number {
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => setNow(Date.now()), BEAT_MS)
  onCleanup(() => clearInterval(timer))
  return now
}
