import { type Accessor, createSignal, onCleanup } from 'solid-js'

export interface Going {
  isRunning: boolean
  isStopped: boolean
  error?: unknown
}

/** What a part has added to what is known, and where the next one begins; null: that was all. */
export interface Part<Found, Place> {
  found: Found
  next: Place | null
}

/**
 * Long work of the server that a page asks for part by part: as far as it goes, or until it is stopped or the page is left.
 * Starting anew forgets what was found.
 */
export function createPartByPart<Found extends object, Place>({
  nothing,
  first,
  ask,
}: {
  nothing: Found
  first: Place
  ask(place: Place, found: Found, signal: AbortSignal): Promise<Part<Found, Place>>
}): { state: Accessor<(Found & Going) | undefined>; start(): Promise<void>; stop(): void } {
  const [state, setState] = createSignal<Found & Going>()
  let stopping: AbortController | undefined
  const begun = () => ({ ...nothing, isRunning: true, isStopped: false })
  const tell = (more: Partial<Going>) => setState((now) => ({ ...(now ?? begun()), ...more }))
  const start = async () => {
    stopping?.abort()
    const own = new AbortController()
    stopping = own
    setState(begun)
    try {
      let found = nothing
      for (let place: Place | null = first; place !== null; ) {
        const part: Part<Found, Place> = await ask(place, found, own.signal)
        found = part.found
        place = part.next
        setState((now) => ({ ...(now ?? begun()), ...part.found }))
      }
    } catch (error) {
      if (stopping === own) tell(own.signal.aborted ? { isStopped: true } : { error })
    } finally {
      if (stopping === own) tell({ isRunning: false })
    }
  }
  const stop = () => stopping?.abort()
  onCleanup(() => {
    const last = stopping
    stopping = undefined
    last?.abort()
  })
  return { state, start, stop }
}
