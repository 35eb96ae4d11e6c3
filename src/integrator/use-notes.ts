import type { Logger } from '../core/log'

export interface UseNotesParts {
  /** How long after a note of the same kind the next one waits at least. */
  everyMs: number
  log: Logger
}

interface Waiting<Value> {
  notedAtMs: number
  value: Value | undefined
  timer: NodeJS.Timeout | undefined
}

/**
 * Writes down what happens at every call, and seldom: of each name the first at once, then what has added up, at most once in a
 * while. What is not written yet when a server dies is lost.
 */
export class UseNotes<Value> {
  readonly #parts: UseNotesParts
  readonly #add: (before: Value | undefined, now: Value) => Value
  readonly #write: (value: Value) => Promise<void>
  readonly #waiting = new Map<string, Waiting<Value>>()

  constructor(
    parts: UseNotesParts,
    add: (before: Value | undefined, now: Value) => Value,
    write: (value: Value) => Promise<void>,
  ) {
    this.#parts = parts
    this.#add = add
    this.#write = write
  }

  /** @param atMs of `uptimeMs` */
  note(name: string, value: Value, atMs: number): void {
    const known = this.#waiting.get(name)
    const one = known ?? { notedAtMs: Number.NEGATIVE_INFINITY, value: undefined, timer: undefined }
    if (known === undefined) this.#waiting.set(name, one)
    one.value = this.#add(one.value, value)
    const dueInMs = one.notedAtMs + this.#parts.everyMs - atMs
    if (dueInMs <= 0) this.#flush(name, one, atMs)
    else one.timer ??= setTimeout(() => this.#flush(name, one, atMs + dueInMs), dueInMs).unref()
  }

  #flush(name: string, one: Waiting<Value>, atMs: number): void {
    clearTimeout(one.timer)
    one.timer = undefined
    const { value } = one
    if (value === undefined) return
    one.value = undefined
    one.notedAtMs = atMs
    // Forgotten once it would be written at once again, so that no more names are held than were met in that time.
    setTimeout(() => {
      if (one.value === undefined && this.#waiting.get(name) === one) this.#waiting.delete(name)
    }, this.#parts.everyMs).unref()
    this.#write(value).catch((error: unknown) =>
      this.#parts.log.warn('api_key_use_not_noted', { error: error as Error }),
    )
  }
}
