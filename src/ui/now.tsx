import { createContext, createSignal, type JSX, onCleanup, onMount, useContext } from 'solid-js'

const BEAT_MS = 5_000
const Beat = createContext<() => number>()

/** One clock for all below it that tells how long ago something was: a page has hundreds of those. */
export function Clock(props: { children: JSX.Element }) {
  const [beat, setBeat] = createSignal(0)
  onMount(() => {
    const timer = setInterval(() => setBeat(beat() + 1), BEAT_MS)
    onCleanup(() => clearInterval(timer))
  })
  return <Beat.Provider value={beat}>{props.children}</Beat.Provider>
}

/** The time in ms, exact whenever it is read, and read again every few seconds. */
export function useNow(): () => number {
  const beat = useContext(Beat)
  if (beat === undefined) throw new Error('useNow needs a Clock above.')
  return () => {
    beat()
    return Date.now()
  }
}
