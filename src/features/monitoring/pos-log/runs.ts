import type { Ending } from '../../../terminal/traffic'

/**
 * Requests of one terminal that follow one another and are answered alike are one row: idle check-ins, and refusals for the
 * same reason. A run is open from its first request on, which is written like any other; what comes then is only counted
 * here, and the row is brought up to date from time to time and at the end.
 *
 * A run ends when the terminal asks something else, falls silent for longer than it was told to, or the day (UTC) is over: its
 * row lies in the partition of a day, and an outage must not hide within it.
 *
 * Where there is no time for rows, a run of requests whose answers have nothing in them begins without one: its row is made
 * later of what stands here, so it says how many there were, when and how long, and no contents.
 *
 * A slot of the directory is a place in flat arrays, as there: a million terminals take some 47 MB.
 */
const FIRST_CAPACITY = 1024
const DAY_MS = 86_400_000
/** Of terminals that were not told when to come; longer silence was an outage. */
const REFUSED_SILENCE_MS = 600_000
const NONE = 0
const NO_ROW = -1

interface Arrays {
  /** Of what the requests of the run have in common: 32 bits of a hash. */
  keys: Uint32Array
  /** NO_ROW while there is none. */
  ids: Float64Array
  firstMs: Float64Array
  /** After the first. */
  lastAfterMs: Uint32Array
  counts: Uint32Array
  /** Of the counts, what the row says. */
  writtenCounts: Uint32Array
  longestMs: Uint32Array
  silenceMs: Uint32Array
  isWaiting: Uint8Array
  /** Of a run without a row: its kind by number, and the bytes of its first request. */
  kinds: Uint8Array
  requestBytes: Uint32Array
  isRowless: Uint8Array
}

/** What has become of a run's row. */
export interface RunUpdate {
  atMs: number
  id: number
  count: number
  lastMs: number
  durationMs: number
}

/** A run that began without a row, as far as it has come. */
export interface RowlessRun {
  slot: number
  kind: string
  atMs: number
  count: number
  lastMs: number
  durationMs: number
  requestBytes: number
}

export interface RunsOptions {
  /** How many of its intervals a terminal may be silent within one run. */
  lateIntervals: number
  /** How long a row may lag behind its run. */
  writeEveryMs: number
}

export class Runs {
  readonly #options: RunsOptions
  #capacity = FIRST_CAPACITY
  #arrays = allocate(FIRST_CAPACITY)
  /** Slots whose rows lag behind, the longest first; and since when. */
  #waiting: number[] = []
  #waitingSince: number[] = []
  #head = 0
  /** Slots whose runs had no row when they began, the longest first; some of them are over since. */
  #rowless: number[] = []
  #rowlessHead = 0
  #rowlessCount = 0
  readonly #kinds: string[] = []

  constructor(options: RunsOptions) {
    this.#options = options
  }

  /** How many open runs have no row yet. */
  get rowless(): number {
    return this.#rowlessCount
  }

  /** Counts a request into its terminal's open run; false where it is not one more of it. */
  add(ending: Ending): boolean {
    const { slot, atMs, durationMs, nextSeconds } = ending
    if (slot >= this.#capacity) return false
    const key = keyOf(ending)
    if (key === NONE) return false
    const arrays = this.#arrays
    if (arrays.keys[slot] !== key) return false
    const firstMs = arrays.firstMs[slot] as number
    const afterMs = atMs - firstMs
    const silentMs = afterMs - (arrays.lastAfterMs[slot] as number)
    if (afterMs < 0 || silentMs > (arrays.silenceMs[slot] as number)) return false
    if (Math.floor(firstMs / DAY_MS) !== Math.floor(atMs / DAY_MS)) return false
    if (silentMs > 0) arrays.lastAfterMs[slot] = afterMs
    arrays.counts[slot]!++
    if (durationMs > (arrays.longestMs[slot] as number)) arrays.longestMs[slot] = durationMs
    if (nextSeconds > 0) arrays.silenceMs[slot] = this.#silenceMs(nextSeconds)
    if (arrays.isWaiting[slot] === 0 && arrays.ids[slot] !== NO_ROW) {
      arrays.isWaiting[slot] = 1
      this.#waiting.push(slot)
      this.#waitingSince.push(atMs)
    }
    return true
  }

  /** Opens a run with a request whose row is on its way, if it is one that can be in a run; one that was open is over. */
  begin(first: Ending & { id: number }): void {
    const key = keyOf(first)
    if (key !== NONE) this.#open(first, key, first.id)
  }

  /** Opens a run without a row; the one before must have ended. */
  beginRowless(first: Ending): void {
    const { slot, kind, requestBytes } = first
    this.#open(first, keyOf(first), NO_ROW)
    const arrays = this.#arrays
    const known = this.#kinds.indexOf(kind)
    arrays.kinds[slot] = known === -1 ? this.#kinds.push(kind) - 1 : known
    arrays.requestBytes[slot] = requestBytes
    this.#rowlessCount++
    if (arrays.isRowless[slot] === 1) return
    arrays.isRowless[slot] = 1
    this.#rowless.push(slot)
  }

  /** The terminal's run, if it is open and has no row: it is over. */
  endRowless(slot: number): RowlessRun | undefined {
    if (!this.#isRowless(slot)) return undefined
    const run = this.#rowlessRun(slot)
    this.#arrays.keys[slot] = NONE
    this.#rowlessCount--
    return run
  }

  /** Gives rows to so many runs that have none, the longest first; `put` tells the number of each, or ends it where it got none. */
  giveRows(limit: number, put: (run: RowlessRun) => number | undefined): void {
    const arrays = this.#arrays
    for (let given = 0; given < limit && this.#rowlessHead < this.#rowless.length; ) {
      const slot = this.#rowless[this.#rowlessHead++] as number
      arrays.isRowless[slot] = 0
      if (!this.#isRowless(slot)) continue
      given++
      this.#rowlessCount--
      const id = put(this.#rowlessRun(slot))
      if (id === undefined) arrays.keys[slot] = NONE
      else arrays.ids[slot] = id
      arrays.writtenCounts[slot] = arrays.counts[slot] as number
    }
    if (this.#rowlessHead > 1_000 && this.#rowlessHead * 2 > this.#rowless.length) {
      this.#rowless = this.#rowless.slice(this.#rowlessHead)
      this.#rowlessHead = 0
    }
  }

  #open(first: Ending, key: number, id: number): void {
    const { slot, nextSeconds } = first
    this.#reach(slot)
    const arrays = this.#arrays
    arrays.keys[slot] = key
    arrays.ids[slot] = id
    arrays.firstMs[slot] = first.atMs
    arrays.lastAfterMs[slot] = 0
    arrays.counts[slot] = 1
    arrays.writtenCounts[slot] = 1
    arrays.longestMs[slot] = first.durationMs
    arrays.silenceMs[slot] = nextSeconds > 0 ? this.#silenceMs(nextSeconds) : REFUSED_SILENCE_MS
  }

  #isRowless(slot: number): boolean {
    return slot < this.#capacity && this.#arrays.keys[slot] !== NONE && this.#arrays.ids[slot] === NO_ROW
  }

  #rowlessRun(slot: number): RowlessRun {
    const arrays = this.#arrays
    const atMs = arrays.firstMs[slot] as number
    return {
      slot,
      kind: this.#kinds[arrays.kinds[slot] as number] as string,
      atMs,
      count: arrays.counts[slot] as number,
      lastMs: atMs + (arrays.lastAfterMs[slot] as number),
      durationMs: arrays.longestMs[slot] as number,
      requestBytes: arrays.requestBytes[slot] as number,
    }
  }

  /** Ends the terminal's run, if one is open and has a row; what its row does not say yet. */
  end(slot: number): RunUpdate | undefined {
    if (slot >= this.#capacity || this.#arrays.keys[slot] === NONE) return undefined
    if (this.#isRowless(slot)) return undefined
    const update = this.#update(slot)
    this.#arrays.keys[slot] = NONE
    return update
  }

  /** Rows that have lagged for long enough, at most so many; all of them where the log is closed. */
  due(nowMs: number, limit: number): RunUpdate[] {
    const updates: RunUpdate[] = []
    const since = nowMs - this.#options.writeEveryMs
    while (this.#head < this.#waiting.length && updates.length < limit) {
      if ((this.#waitingSince[this.#head] as number) > since) break
      const slot = this.#waiting[this.#head++] as number
      this.#arrays.isWaiting[slot] = 0
      const isOpen = this.#arrays.keys[slot] !== NONE && this.#arrays.ids[slot] !== NO_ROW
      const update = isOpen ? this.#update(slot) : undefined
      if (update !== undefined) updates.push(update)
    }
    if (this.#head > 1_000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#waitingSince = this.#waitingSince.slice(this.#head)
      this.#head = 0
    }
    return updates
  }

  #update(slot: number): RunUpdate | undefined {
    const arrays = this.#arrays
    const count = arrays.counts[slot] as number
    if (count === arrays.writtenCounts[slot]) return undefined
    arrays.writtenCounts[slot] = count
    const atMs = arrays.firstMs[slot] as number
    return {
      atMs,
      id: arrays.ids[slot] as number,
      count,
      lastMs: atMs + (arrays.lastAfterMs[slot] as number),
      durationMs: arrays.longestMs[slot] as number,
    }
  }

  #silenceMs(nextSeconds: number): number {
    return Math.min(DAY_MS, nextSeconds * 1_000 * this.#options.lateIntervals)
  }

  #reach(slot: number): void {
    if (slot < this.#capacity) return
    const capacity = 2 ** Math.ceil(Math.log2(slot + 1))
    const grown = allocate(capacity)
    for (const name of Object.keys(grown) as (keyof Arrays)[]) grown[name].set(this.#arrays[name])
    this.#arrays = grown
    this.#capacity = capacity
  }
}

/** Which requests are alike: successes that say so of themselves, and refusals for the same reason. */
function keyOf({ kind, status, code, alike }: Ending): number {
  if (alike !== undefined) return hashOf(alike)
  return status < 400 ? NONE : hashOf(`${kind} ${status} ${code}`)
}

/** FNV-1a. That two texts which follow one another at one terminal share a hash is as good as impossible, and would cost a row. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0 || 1
}

function allocate(capacity: number): Arrays {
  return {
    keys: new Uint32Array(capacity),
    ids: new Float64Array(capacity),
    firstMs: new Float64Array(capacity),
    lastAfterMs: new Uint32Array(capacity),
    counts: new Uint32Array(capacity),
    writtenCounts: new Uint32Array(capacity),
    longestMs: new Uint32Array(capacity),
    silenceMs: new Uint32Array(capacity),
    isWaiting: new Uint8Array(capacity),
    kinds: new Uint8Array(capacity),
    requestBytes: new Uint32Array(capacity),
    isRowless: new Uint8Array(capacity),
  }
}
