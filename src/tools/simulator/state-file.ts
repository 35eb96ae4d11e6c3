import { rename, writeFile } from 'node:fs/promises'
import type { Memory } from './terminal'

/**
 * What a fleet must not lose, in one file that is replaced whole. Savers that come while it is being written share the
 * next writing.
 */
export class StateFile {
  readonly #path: string
  readonly #memories: () => Memory[]
  #last: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  constructor(path: string, memories: () => Memory[]) {
    this.#path = path
    this.#memories = memories
  }

  /** Resolves when all that was remembered at the call is in the file. */
  save(): Promise<void> {
    if (this.#next !== undefined) return this.#next
    const next = this.#last.then(() => {
      this.#next = undefined
      return this.#write()
    })
    this.#next = next
    this.#last = next.catch(() => {})
    return next
  }

  async #write(): Promise<void> {
    const whole = JSON.stringify(this.#memories())
    await writeFile(`${this.#path}.new`, whole, { mode: 0o600 })
    await rename(`${this.#path}.new`, this.#path)
  }
}
