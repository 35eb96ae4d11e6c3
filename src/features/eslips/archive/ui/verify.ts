import { createSignal, onCleanup } from 'solid-js'
import { api } from '../../../../app/api'
import type { Verification } from '../schemas'

export interface VerifyState {
  isRunning: boolean
  isStopped: boolean
  checked: number
  sizeBytes: number
  problems: Verification['problems']
  head: Verification['head']
  error?: unknown
}

const EMPTY: VerifyState = {
  isRunning: true,
  isStopped: false,
  checked: 0,
  sizeBytes: 0,
  problems: [],
  head: null,
}

/** Walks the chain page by page, as far as it goes or until it is stopped. */
export function createVerification() {
  const [state, setState] = createSignal<VerifyState>()
  let stopping: AbortController | undefined
  const change = (more: Partial<VerifyState>) => setState((now) => ({ ...(now ?? EMPTY), ...more }))
  const start = async () => {
    stopping?.abort()
    const own = new AbortController()
    stopping = own
    setState(EMPTY)
    try {
      for (let after: number | null = 0; after !== null; ) {
        const part: Verification = await api.eslipArchives.verify.fetch({ after }, own.signal)
        const { checked, sizeBytes, problems } = state() ?? EMPTY
        change({
          checked: checked + part.checked,
          sizeBytes: sizeBytes + part.sizeBytes,
          problems: [...problems, ...part.problems],
          head: part.head,
        })
        after = part.nextAfter
      }
    } catch (error) {
      if (stopping === own) change(own.signal.aborted ? { isStopped: true } : { error })
    } finally {
      if (stopping === own) change({ isRunning: false })
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
