interface Bucket {
  level: number
  /** On the clock of `uptimeMs`, as all moments here. */
  at: number
}

const MINUTE_MS = 60_000
/** What sums of fractions are off by at most. */
const ROUNDING = 1e-6

function levelOf(bucket: Bucket | undefined, perMinute: number, atMs: number): number {
  if (bucket === undefined) return perMinute
  return Math.min(perMinute, bucket.level + (Math.max(0, atMs - bucket.at) / MINUTE_MS) * perMinute)
}

/** Buckets by name, at most `most`: the one that was unused for longest is forgotten first, which errs on the side of letting in. */
class Buckets {
  readonly #most: number
  readonly #buckets = new Map<string, Bucket>()

  constructor(most: number) {
    this.#most = most
  }

  get(name: string): Bucket | undefined {
    return this.#buckets.get(name)
  }

  put(name: string, bucket: Bucket): void {
    // Taken out and put in again, so that the map's order is the order of use.
    this.#buckets.delete(name)
    this.#buckets.set(name, bucket)
    if (this.#buckets.size <= this.#most) return
    const oldest = this.#buckets.keys().next().value
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}

/** Token buckets by source address, for those a door does not know. */
export class SourceLimiter {
  readonly #perMinute: number
  readonly #buckets: Buckets

  constructor(perMinute: number, maxSources = 50_000) {
    this.#perMinute = perMinute
    this.#buckets = new Buckets(maxSources)
  }

  /** Counts one refused request; false where the source has used up its minute. */
  take(source: string, atMs: number): boolean {
    const level = levelOf(this.#buckets.get(source), this.#perMinute, atMs)
    this.#buckets.put(source, { level: Math.max(0, level - 1), at: atMs })
    return level >= 1
  }

  /** How many refusals the source has against it now, 0 when it has been quiet for a minute. */
  used(source: string, atMs: number): number {
    return this.#perMinute - levelOf(this.#buckets.get(source), this.#perMinute, atMs)
  }
}

export interface Quota {
  isGranted: boolean
  /** Requests that may be made at once. */
  remaining: number
  /** Until all of the minute's requests are there again or, where this one was not granted, until it would be. */
  resetSeconds: number
}

/** Token buckets by caller, each of its own size: a minute's requests at most, filled evenly. */
export class CallerLimiter {
  readonly #buckets: Buckets

  constructor(maxCallers = 10_000) {
    this.#buckets = new Buckets(maxCallers)
  }

  /** Takes what a call of `requests` costs, or nothing where there is not so much; `perMinute` of them at most. */
  take(caller: string, perMinute: number, requests: number, atMs: number): Quota {
    const level = levelOf(this.#buckets.get(caller), perMinute, atMs)
    const isGranted = level >= requests - ROUNDING
    const left = isGranted ? Math.max(0, level - requests) : level
    this.#buckets.put(caller, { level: left, at: atMs })
    const missing = isGranted ? perMinute - left : requests - left
    return {
      isGranted,
      remaining: Math.floor(left + ROUNDING),
      resetSeconds: Math.ceil((missing / perMinute) * (MINUTE_MS / 1000) - ROUNDING),
    }
  }
}
