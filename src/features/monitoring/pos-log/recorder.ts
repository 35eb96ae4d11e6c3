import { randomInt } from 'node:crypto'
import { databaseFailure } from '../../../core/database-failure'
import type { Ending, Exchanged, TrafficLog } from '../../../terminal/traffic'
import { type Gap, Gaps } from './gaps'
import { type RowlessRun, Runs, type RunUpdate } from './runs'

/** An entry on its way to the database. */
export interface Entry extends Exchanged {
  id: number
  /** Requests that were answered alike, and when the last of them came. */
  count: number
  lastMs: number
}

/** What one statement each writes. */
export interface PosLogWriter {
  insert(entries: readonly Entry[]): Promise<void>
  update(updates: readonly RunUpdate[]): Promise<void>
  insertGap(gap: Gap): Promise<void>
}

export interface RecorderOptions {
  writer: PosLogWriter
  /** Entries that wait at most, and their bodies together; what comes above is dropped and counted. */
  maxWaiting: number
  maxWaitingBytes: number
  batchRows: number
  /** Of one beat. */
  maxBatches: number
  lateIntervals: number
  writeRunsEveryMs: number
  terminalIdOf(slot: number): string
  /** Asked once a beat: true while terminals need the server's time. */
  isBusy(): boolean
}

/** Of an entry without bodies. */
const ENTRY_BYTES = 400
/** Ids of a server begin at a place of their own: 2^20 of them, each with room for 2^32 entries. */
const SERVERS = 2 ** 20
const ENTRIES = 2 ** 32
/** 204 No Content. */
const NOTHING_IN_IT = 204

/**
 * Takes down what terminals ask, behind the answers: entries wait in memory, bounded, and are written in batches on a beat. No
 * request waits for it. Where the database is slower than the terminals, entries are dropped and counted, and the log gets a
 * row that says so as soon as it can be written again.
 *
 * Answers without anything in them are by far the most, and are never dropped while the server lives: where it is busy, or half
 * of the room is taken, their runs begin without a row (runs.ts), and get it when there is time.
 */
export class PosLogRecorder implements TrafficLog {
  readonly #options: RecorderOptions
  readonly #runs: Runs
  readonly #gaps = new Gaps()
  #entries: Entry[] = []
  #waitingBytes = 0
  #updates: RunUpdate[] = []
  /** How many runs of answers with nothing in them may begin with a row until the next beat. */
  #rowsLeft: number
  #nextId = randomInt(SERVERS) * ENTRIES
  #flushing: Promise<void> | undefined

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#rowsLeft = options.batchRows
    this.#runs = new Runs({
      lateIntervals: options.lateIntervals,
      writeEveryMs: options.writeRunsEveryMs,
    })
  }

  /** Entries that are not written yet. */
  get waiting(): number {
    return this.#entries.length + this.#runs.rowless
  }

  /** Requests that were answered and will never be in the log, since the start. */
  get dropped(): number {
    return this.#gaps.total
  }

  isCounted(ending: Ending): boolean {
    if (this.#runs.add(ending)) return true
    if (ending.status !== NOTHING_IN_IT || ending.alike === undefined) return false
    if (this.#rowsLeft > 0 && !this.#isHalfFull()) {
      this.#rowsLeft--
      return false
    }
    this.#end(ending.slot)
    this.#runs.beginRowless(ending)
    return true
  }

  note(exchanged: Exchanged): void {
    this.#end(exchanged.slot)
    const entry = { ...exchanged, id: this.#nextId++, count: 1, lastMs: exchanged.atMs }
    // Without a row there is no run: the terminal's next request tries again.
    if (this.#enqueue(entry)) this.#runs.begin(entry)
  }

  /** False where there is no room: then it is dropped and counted. */
  #enqueue(entry: Entry): boolean {
    const sizeBytes = sizeOf(entry)
    const isFull =
      this.#entries.length >= this.#options.maxWaiting ||
      this.#waitingBytes + sizeBytes > this.#options.maxWaitingBytes
    if (isFull) {
      this.#gaps.drop(entry.lastMs, entry.count)
      return false
    }
    this.#entries.push(entry)
    this.#waitingBytes += sizeBytes
    return true
  }

  #isHalfFull(): boolean {
    const { maxWaiting, maxWaitingBytes } = this.#options
    return this.#entries.length * 2 >= maxWaiting || this.#waitingBytes * 2 >= maxWaitingBytes
  }

  /** The terminal's run is over, if it has one: what is not written of it must be. */
  #end(slot: number): void {
    const run = this.#runs.endRowless(slot)
    if (run === undefined) this.#put(this.#runs.end(slot))
    else this.#enqueue(this.#rowOf(run))
  }

  /** A row for a run that began without one. */
  #rowOf(run: RowlessRun): Entry {
    return { ...UNTOLD, ...run, id: this.#nextId++, terminalId: this.#options.terminalIdOf(run.slot) }
  }

  #giveRows(limit: number): void {
    this.#runs.giveRows(limit, (run) => {
      const entry = this.#rowOf(run)
      return this.#enqueue(entry) ? entry.id : undefined
    })
  }

  /** Writes what waits, as far as one beat goes. Rejects where the database could not be reached: then it all still waits. */
  flush(nowMs: number): Promise<void> {
    this.#flushing ??= this.#flush(nowMs).finally(() => {
      this.#flushing = undefined
    })
    return this.#flushing
  }

  /** Writes all that waits, and what open runs have not said; what cannot be written now is lost. */
  async close(): Promise<void> {
    await this.#flushing?.catch(() => {})
    for (const update of this.#runs.due(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)) this.#put(update)
    // As many as have room: a server that stops cannot write for minutes.
    this.#giveRows(Number.POSITIVE_INFINITY)
    while (this.#entries.length > 0 || this.#updates.length > 0) await this.flush(Number.POSITIVE_INFINITY)
    await this.flush(Number.POSITIVE_INFINITY)
  }

  #put(update: RunUpdate | undefined): void {
    if (update === undefined) return
    if (this.#updates.length < this.#options.maxWaiting) this.#updates.push(update)
    else this.#gaps.drop(update.lastMs, 1)
  }

  async #flush(nowMs: number): Promise<void> {
    const { batchRows, maxBatches, writer } = this.#options
    const rows = this.#options.isBusy() ? batchRows : batchRows * maxBatches
    this.#rowsLeft = rows
    const room = Math.floor(this.#options.maxWaiting / 2)
    this.#giveRows(Math.min(rows, room) - this.#entries.length)
    const updatesRoom = Math.max(0, this.#options.maxWaiting - this.#updates.length)
    this.#updates.push(...this.#runs.due(nowMs, Math.min(updatesRoom, batchRows * maxBatches)))
    for (let batch = 0; batch < maxBatches && this.#entries.length > 0; batch++) await this.#writeEntries()
    await this.#writeUpdates()
    const gap = this.#gaps.due(nowMs)
    if (gap === undefined) return
    await writer.insertGap(gap)
    this.#gaps.written(gap)
  }

  async #writeEntries(): Promise<void> {
    const some = this.#entries.slice(0, this.#options.batchRows)
    await this.#insert(some)
    this.#entries.splice(0, some.length)
    for (const one of some) this.#waitingBytes -= sizeOf(one)
  }

  /** One entry that cannot be stored takes no other with it. */
  async #insert(some: readonly Entry[]): Promise<void> {
    try {
      await this.#options.writer.insert(some)
    } catch (error) {
      if (databaseFailure(error)?.kind === 'unavailable') throw error
      if (some.length > 1) for (const one of some) await this.#insert([one])
      else for (const one of some) this.#lose(one)
    }
  }

  #lose({ slot, lastMs, count }: Entry): void {
    this.#end(slot)
    this.#gaps.drop(lastMs, count)
  }

  /** A row is there before it is brought up to date: entries leave in the order of their ids. */
  async #writeUpdates(): Promise<void> {
    const firstWaiting = this.#entries[0]?.id ?? Number.POSITIVE_INFINITY
    const ready = this.#updates.filter(({ id }) => id < firstWaiting)
    this.#updates = this.#updates.filter(({ id }) => id >= firstWaiting)
    while (ready.length > 0) {
      const some = ready.slice(0, this.#options.batchRows)
      try {
        await this.#options.writer.update(some)
      } catch (error) {
        if (databaseFailure(error)?.kind === 'unavailable') {
          this.#updates = [...ready, ...this.#updates]
          throw error
        }
        for (const { lastMs } of some) this.#gaps.drop(lastMs, 1)
      }
      ready.splice(0, some.length)
    }
  }
}

const UNTOLD = {
  status: NOTHING_IN_IT,
  code: undefined,
  alike: undefined,
  nextSeconds: 0,
  requestId: '',
  items: undefined,
  about: undefined,
  answerBytes: 0,
  address: '',
  isBrokenOff: false,
  request: undefined,
  answer: undefined,
  countedElsewhere: undefined,
  heldBytes: 0,
} as const

const sizeOf = ({ heldBytes }: Exchanged) => ENTRY_BYTES + heldBytes
