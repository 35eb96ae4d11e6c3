import { createHash } from 'node:crypto'
import type { FeedRow } from '../core/change-feed'
import type { DoorTerminal } from '../features/terminals'
import { DOOR_STATES, LONGEST_IDLE_SECONDS, type TerminalDirectory } from './directory'
import type { Plans } from './plans'

export interface DirectorySyncParts {
  directory: TerminalDirectory
  plans: Plans
  defaultIntervalSeconds: number
  load(terminalIds: readonly string[]): Promise<readonly DoorTerminal[]>
  /** All terminals, batch by batch. */
  stream(): AsyncIterable<readonly DoorTerminal[]>
  /** A superset of the terminals that have something to do, batch by batch. */
  candidates(): AsyncIterable<readonly string[]>
}

/**
 * Keeps the directory true: fills it at start, forgets what the change feed names, reads terminals again when asked.
 *
 * A row that was read before a change and arrives after it must not undo the change. So every change told gets a
 * number, and rows are put in only where no change of theirs came after the reading began.
 */
export class DirectorySync {
  readonly #parts: DirectorySyncParts
  #told = 0
  #allToldAt = 0
  readonly #toldAt = new Map<string, number>()
  #readings = 0
  #isStopped = false

  constructor(parts: DirectorySyncParts) {
    this.#parts = parts
  }

  /** What the feed says has changed is forgotten, at once and without asking the database. True: everything. */
  onChanges(rows: readonly FeedRow[]): boolean {
    const { directory, plans } = this.#parts
    let isEverything = false
    for (const row of rows) {
      if (row.topic === 'terminals' || row.topic === 'settings') isEverything = true
      if (row.topic !== 'terminal' || row.subjectId === null) continue
      this.#told++
      if (this.#readings > 0) this.#toldAt.set(row.subjectId, this.#told)
      const slot = directory.forgetToken(row.subjectId)
      if (slot !== -1) plans.forget(slot)
    }
    if (isEverything) {
      this.#allToldAt = ++this.#told
      directory.forgetAllTokens()
      plans.forgetAll()
    }
    return isEverything
  }

  /** Puts a terminal as the database has it now into the directory. */
  async refresh(terminalId: string): Promise<void> {
    // Overtaken by a change: read again. A terminal that changes all the time is simply looked up each time.
    for (let attempt = 0; attempt < 3; attempt++) {
      const isKept = await this.#reading(async (begun) => {
        const [row] = await this.#parts.load([terminalId])
        return row === undefined || this.#put(row, begun)
      })
      if (isKept) return
    }
  }

  /** Fills the directory with the whole fleet, and marks all as idle but those that may have something to do. */
  async warmUp(): Promise<void> {
    const { directory } = this.#parts
    await this.#reading(async (begun) => {
      for await (const rows of this.#parts.stream()) {
        if (this.#isStopped) return
        for (const row of rows) this.#put(row, begun)
      }
    })
    const { epoch } = directory
    const slotsBefore = directory.size
    const busy = new Set<number>()
    for await (const ids of this.#parts.candidates()) {
      if (this.#isStopped) return
      for (const id of ids) busy.add(directory.findById(id))
    }
    const nowSeconds = Math.floor(Date.now() / 1000)
    for (let slot = 0; slot < slotsBefore; slot++) {
      if (busy.has(slot) || directory.isForgottenSince(slot, epoch)) continue
      // Spread over half a day, so that the daily look at everybody's plan is no stampede.
      directory.setIdleUntil(
        slot,
        nowSeconds + Math.floor(LONGEST_IDLE_SECONDS * (0.5 + directory.phase(slot) / 2)),
      )
    }
  }

  stop(): void {
    this.#isStopped = true
  }

  async #reading<Result>(read: (begun: number) => Promise<Result>): Promise<Result> {
    this.#readings++
    try {
      return await read(this.#told)
    } finally {
      this.#readings--
      if (this.#readings === 0) this.#toldAt.clear()
    }
  }

  /** False where a change came after the reading had begun. */
  #put(row: DoorTerminal, begun: number): boolean {
    if (this.#allToldAt > begun || (this.#toldAt.get(row.terminalId) ?? 0) > begun) return false
    const { directory } = this.#parts
    const current = row.credentials.find((one) => one.state === 'current')
    const state = DOOR_STATES.find((one) => one === row.state)
    if (current === undefined || state === undefined) {
      directory.forgetToken(row.terminalId)
      return true
    }
    directory.put({
      terminalId: row.terminalId,
      state,
      intervalSeconds: row.intervalSeconds ?? this.#parts.defaultIntervalSeconds,
      tokenHash: current.hash,
      clientHashDigest: row.clientHash === null ? null : createHash('sha256').update(row.clientHash).digest(),
      statusDigest: row.statusDigest,
    })
    return true
  }
}
