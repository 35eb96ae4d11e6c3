export interface TurnstileLimits {
  atOnce: number
  waiting: number
  /** What the rest are told. */
  busy: () => Error
}

/** For work that takes much of what all share: a few at a time, some more wait in order, the rest are sent away. */
export class Turnstile {
  readonly #limits: TurnstileLimits
  #inside = 0
  readonly #waiting: (() => void)[] = []

  constructor(limits: TurnstileLimits) {
    this.#limits = limits
  }

  async pass<Result>(run: () => Promise<Result>): Promise<Result> {
    const { atOnce, waiting, busy } = this.#limits
    if (this.#inside < atOnce) this.#inside++
    else {
      if (this.#waiting.length >= waiting) throw busy()
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
