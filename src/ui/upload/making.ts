import { refusalOf } from '../form/refusal'

/** What is known of a server that makes something of uploaded files. */
export type MakingState =
  | { stage: 'asked' }
  | { stage: 'storing'; storedBytes: number; sizeBytes: number }
  | { stage: 'interrupted' }

export interface MakingParts<Made> {
  /** Asks the server to make it; asking again with the same input does no harm. */
  create(): Promise<Made>
  /** Waits so long, or until the signal. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  onState(state: MakingState): void
}

/** Short calls never come to be watched. */
const WATCH_AFTER_MS = 3_000
const ASK_AGAIN_MS = 3_000
const TRIES_WITHOUT_ANSWER = 40
/** Refusals that pass by themselves. */
const PASSING: readonly (string | undefined)[] = [
  undefined,
  'server_busy',
  'database_unreachable',
  'blob_store_unreachable',
  'too_many_requests',
]

/**
 * Has the server make something of uploaded files, however long that takes and whatever happens to the calls. The first call
 * lasts until all bytes are stored, and tells nothing meanwhile; a second one, of the same input, is told how far the first
 * is (`file_being_stored`). Whichever of them gets what is made has it for both.
 *
 * @throws the refusal, or the signal's reason.
 */
export async function makeOnServer<Made>(parts: MakingParts<Made>, signal: AbortSignal): Promise<Made> {
  const { create, wait, onState } = parts
  const over = new AbortController()
  const stopped = AbortSignal.any([signal, over.signal])

  const ask = async (): Promise<Made> => {
    for (let tries = 1; ; ) {
      stopped.throwIfAborted()
      try {
        return await create()
      } catch (error) {
        const { code, values } = refusalOf(error)
        if (code === 'file_being_stored') {
          tries = 1
          const { storedBytes, sizeBytes } = values
          if (typeof storedBytes === 'number' && typeof sizeBytes === 'number')
            onState({ stage: 'storing', storedBytes, sizeBytes })
        } else {
          if (!PASSING.includes(code) || tries >= TRIES_WITHOUT_ANSWER) {
            over.abort()
            throw error
          }
          tries += 1
          onState({ stage: 'interrupted' })
        }
        await wait(ASK_AGAIN_MS, stopped)
      }
    }
  }
  const watch = async (): Promise<Made> => {
    await wait(WATCH_AFTER_MS, stopped)
    return ask()
  }

  onState({ stage: 'asked' })
  const calls = [ask(), watch()]
  try {
    return await Promise.any(calls)
  } catch (error) {
    signal.throwIfAborted()
    const { errors } = error as AggregateError
    throw errors.find((one) => one !== over.signal.reason) ?? error
  } finally {
    over.abort()
  }
}
