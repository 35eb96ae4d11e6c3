import { signInBusy } from './errors'

/**
 * Each message holds a connection for as long as a password takes to check. A few at a time keep most of the pool, and
 * the threads that hash, for everybody else; some more wait; the rest are told to come back.
 */
const AT_ONCE = 4
const WAITING = 60

export class Turnstile {
  #inside = 0
  readonly #waiting: (() => void)[] = []

  async pass<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#inside < AT_ONCE) this.#inside++
    else {
      if (this.#waiting.length >= WAITING) throw signInBusy({ retryAfterSeconds: 5 })
      // Whoever leaves hands the place over: the count stays.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    try {
      return await run()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#inside--
      else next()
    }
  }
}
