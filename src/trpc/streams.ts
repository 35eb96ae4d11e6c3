import type { Actor } from '../core/context'
import { failure } from '../core/errors'

/** A person has a window or two for each terminal on the desk; each stream asks the database on a beat. */
export const MOST_STREAMS = 50

const tooManyStreams = failure(
  'rate_limited',
  'too_many_streams',
  'As many streams are open as one caller may have. Close one first.',
)

/** How many streams each caller has open at this server. */
export class Streams {
  readonly #open = new Map<string, number>()

  /** @returns what closes it again. */
  enter(actor: Actor): () => void {
    const caller = actor.kind === 'job' ? actor.kind : `${actor.kind}:${actor.id}`
    const open = this.#open.get(caller) ?? 0
    if (open >= MOST_STREAMS) throw tooManyStreams({ retryAfterSeconds: 10, values: { most: MOST_STREAMS } })
    this.#open.set(caller, open + 1)
    return () => {
      const left = (this.#open.get(caller) ?? 1) - 1
      if (left > 0) this.#open.set(caller, left)
      else this.#open.delete(caller)
    }
  }
}
