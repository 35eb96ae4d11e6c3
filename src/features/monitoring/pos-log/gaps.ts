/** A hole of the log: from the first to the last request that is not in it, and how many there are. */
export interface Gap {
  fromMs: number
  toMs: number
  dropped: number
}

/** A hole is told of when nothing has been dropped for so long, or when it has become so long. */
const QUIET_MS = 5_000
const LONGEST_MS = 60_000

/** Counts what is dropped, and makes of it as few holes as there were. */
export class Gaps {
  #open: Gap | undefined
  #total = 0

  /** Everything that was ever dropped. */
  get total(): number {
    return this.#total
  }

  drop(atMs: number, count: number): void {
    this.#total += count
    if (this.#open === undefined) {
      this.#open = { fromMs: atMs, toMs: atMs, dropped: count }
      return
    }
    this.#open.fromMs = Math.min(this.#open.fromMs, atMs)
    this.#open.toMs = Math.max(this.#open.toMs, atMs)
    this.#open.dropped += count
  }

  /** The hole that can be written down now; undefined while it is still growing, or where there is none. */
  due(nowMs: number): Gap | undefined {
    if (this.#open === undefined) return undefined
    const { fromMs, toMs } = this.#open
    return nowMs - toMs >= QUIET_MS || toMs - fromMs >= LONGEST_MS ? { ...this.#open } : undefined
  }

  /** It stands in the log; what was dropped meanwhile is the beginning of the next one. */
  written(gap: Gap): void {
    if (this.#open === undefined) return
    const dropped = this.#open.dropped - gap.dropped
    this.#open = dropped > 0 ? { fromMs: gap.toMs, toMs: this.#open.toMs, dropped } : undefined
  }
}
