/**
 * Token buckets by source address, for those the door does not know. Bounded: when too many sources are remembered the
 * oldest are forgotten, which errs on the side of letting in.
 */
export class SourceLimiter {
  readonly #perMinute: number
  readonly #maxSources: number
  readonly #buckets = new Map<string, { level: number; at: number }>()

  constructor(perMinute: number, maxSources = 50_000) {
    this.#perMinute = perMinute
    this.#maxSources = maxSources
  }

  /** Counts one refused request; false where the source has used up its minute. */
  take(source: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(source)
    const level =
      bucket === undefined
        ? this.#perMinute
        : Math.min(this.#perMinute, bucket.level + ((nowMs - bucket.at) / 60_000) * this.#perMinute)
    // Taken out and put in again, so that the map's order is the order of use.
    this.#buckets.delete(source)
    this.#buckets.set(source, { level: Math.max(0, level - 1), at: nowMs })
    if (this.#buckets.size > this.#maxSources) {
      const oldest = this.#buckets.keys().next().value
      if (oldest !== undefined) this.#buckets.delete(oldest)
    }
    return level >= 1
  }

  /** How many refusals the source has against it now, 0 when it has been quiet for a minute. */
  used(source: string, nowMs: number): number {
    const bucket = this.#buckets.get(source)
    if (bucket === undefined) return 0
    const level = Math.min(this.#perMinute, bucket.level + ((nowMs - bucket.at) / 60_000) * this.#perMinute)
    return this.#perMinute - level
  }
}
