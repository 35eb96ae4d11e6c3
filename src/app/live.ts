import { createEffect, createMemo, createSignal, on, onCleanup, onMount } from 'solid-js'

/**
 * `live`: what is shown is what the server knows. `connecting`: not yet. `down`: the stream broke and is tried again by
 * itself. `paused`: nobody has looked for a while; it goes on when somebody does. `off`: there is nothing to watch.
 */
export type LiveState = 'off' | 'connecting' | 'live' | 'down' | 'paused'

const HIDDEN_FOR_MS = 60_000
const RETRY_MS = 5_000

/** What a subscription of the client calls. */
export interface StreamHandlers<Data> {
  onData(data: Data): void
  onConnectionStateChange(change: { state: string; error: unknown }): void
  onError(): void
  onComplete(): void
}

/**
 * Watches something of the server while the page is looked at. A lost connection is come back from by the client itself,
 * a stream the server ended is asked for again.
 */
export function createLive<Data>(options: {
  /** What is watched; another value subscribes anew, the empty one watches nothing. */
  watched: () => string
  subscribe(watched: string, handlers: StreamHandlers<Data>): { unsubscribe(): void }
  onData: (data: Data) => void
  /** The server ended the stream: ask what is shown anew, which also tells an ended session. */
  onEnded: () => void
}): () => LiveState {
  const [state, setState] = createSignal<LiveState>('off')
  const [isWatching, setWatching] = createSignal(true)
  const [attempt, setAttempt] = createSignal(0)
  let retry: ReturnType<typeof setTimeout> | undefined

  createEffect(
    on([createMemo(options.watched), isWatching, attempt], ([watched, isWatched]) => {
      if (watched === '') return setState('off')
      if (!isWatched) return setState('paused')
      let isOver = false
      setState((before) => (before === 'down' ? 'down' : 'connecting'))
      const end = () => {
        if (isOver) return
        setState('down')
        clearTimeout(retry)
        retry = setTimeout(() => {
          options.onEnded()
          setAttempt((before) => before + 1)
        }, RETRY_MS)
      }
      const stream = options.subscribe(watched, {
        onData(data) {
          setState('live')
          options.onData(data)
        },
        onConnectionStateChange: ({ state: now, error }) => {
          if (now === 'pending') setState('live')
          else if (now === 'connecting' && error) setState('down')
        },
        onError: end,
        onComplete: end,
      })
      onCleanup(() => {
        isOver = true
        clearTimeout(retry)
        stream.unsubscribe()
      })
    }),
  )
  onMount(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      clearTimeout(timer)
      if (document.hidden) timer = setTimeout(() => setWatching(false), HIDDEN_FOR_MS)
      else setWatching(true)
    }
    document.addEventListener('visibilitychange', look)
    onCleanup(() => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    })
  })
  return state
}
