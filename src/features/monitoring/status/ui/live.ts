import { createEffect, createSignal, on, onCleanup, onMount } from 'solid-js'
import { client } from '../../../../app/api'
import type { Outputs } from '../../../../client'

export type LiveRow = Outputs['status']['list']['items'][number]

/**
 * `live`: what is shown is what the server knows. `connecting`: not yet. `down`: the stream broke and is tried again by
 * itself. `paused`: nobody has looked for a while; it goes on when somebody does. `off`: there is nothing to watch.
 */
export type LiveState = 'off' | 'connecting' | 'live' | 'down' | 'paused'

const HIDDEN_FOR_MS = 60_000
const RETRY_MS = 5_000

/**
 * Watches the terminals of `ids` while the page is looked at. A lost connection is come back from by the client itself,
 * a stream the server ended is asked for again.
 */
export function createLive(options: {
  ids: () => readonly string[]
  onRows: (rows: readonly LiveRow[]) => void
  /** The server ended the stream: ask what is shown anew, which also tells an ended session. */
  onEnded: () => void
}): () => LiveState {
  const [state, setState] = createSignal<LiveState>('off')
  const [isWatching, setWatching] = createSignal(true)
  const [attempt, setAttempt] = createSignal(0)
  const wanted = () => [...options.ids()].sort().join()
  let retry: ReturnType<typeof setTimeout> | undefined

  createEffect(
    on([wanted, isWatching, attempt], ([joined, isWatched]) => {
      if (joined === '') return setState('off')
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
      const stream = client.status.watch.subscribe(
        { terminalIds: joined.split(',') },
        {
          onData(rows) {
            setState('live')
            options.onRows(rows)
          },
          onConnectionStateChange: ({ state: now, error }) => {
            if (now === 'pending') setState('live')
            else if (now === 'connecting' && error) setState('down')
          },
          onError: end,
          onComplete: end,
        },
      )
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
