import { useIsRouting } from '@solidjs/router'
import { createSignal, type JSX, onMount, Suspense } from 'solid-js'
import { Arrival } from './is-arriving'

/** Where pages stand. Until the first one is there, `fallback` is shown; later the page before stays until the next one is there. */
export function Arriving(props: { fallback: JSX.Element; children: JSX.Element }) {
  const isRouting = useIsRouting()
  const [isThere, setThere] = createSignal(false)
  return (
    <Arrival.Provider value={() => !isThere() || isRouting()}>
      <Suspense fallback={props.fallback}>
        <Mark onThere={() => setThere(true)} />
        {props.children}
      </Suspense>
    </Arrival.Provider>
  )
}

/** What is mounted beside a page is mounted only when nothing of it is waited for any more. */
function Mark(props: { onThere: () => void }) {
  onMount(() => props.onThere())
  return null
}
