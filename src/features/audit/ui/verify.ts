import { createSignal, onCleanup } from 'solid-js'
import { api } from '../../../app/api'
import type { AuditVerification } from '../schemas'

export interface VerifyState {
  isRunning: boolean
  isStopped: boolean
  /** The last part's answer. */
  part?: AuditVerification
  error?: unknown
}

/** Walks the chain part by part, as far as it goes or until it is stopped. */
export function createAuditVerification() {
  const [state, setState] = createSignal<VerifyState>()
  let stopping: AbortController | undefined
  const change = (more: Partial<VerifyState>) =>
    setState((now) => ({ isRunning: true, isStopped: false, ...now, ...more }))
  const start = async () => {
    stopping?.abort()
    const own = new AbortController()
    stopping = own
    setState({ isRunning: true, isStopped: false })
    try {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const question = cursor === undefined ? {} : { cursor }
        const part: AuditVerification = await api.audit.verify.fetch(question, own.signal)
        change({ part })
        cursor = part.nextCursor
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
