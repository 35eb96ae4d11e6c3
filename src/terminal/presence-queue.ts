import type { PresenceRow } from '../features/monitoring/status'

interface Heard {
  terminalId: string
  seenAtMs: number
  nextCheckInSeconds: number
  clockSkewMs: number | null
  vitals: PresenceRow['vitals']
}

export interface PresenceQueueOptions {
  /** Terminals waiting to be written at most; above, the word of a newcomer is dropped and counted. */
  maxTerminals: number
  /** Rows of one statement. */
  batchRows: number
  write(rows: readonly PresenceRow[]): Promise<void>
}

/**
 * Last-seen times and vitals on their way to the database. They may be lost with the process (contract, "What the
 * server promises"), so nobody waits for them: the newest word of each terminal is kept and written on a beat, the
 * longest-waiting first.
 */
export class PresenceQueue {
  readonly #options: PresenceQueueOptions
  readonly #waiting = new Map<number, Heard>()
  #dropped = 0

  constructor(options: PresenceQueueOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#waiting.size
  }

  get dropped(): number {
    return this.#dropped
  }

  heard(slot: number, heard: Heard): void {
    const before = this.#waiting.get(slot)
    if (before === undefined) {
      if (this.#waiting.size >= this.#options.maxTerminals) this.#dropped++
      else this.#waiting.set(slot, heard)
      return
    }
    before.seenAtMs = heard.seenAtMs
    before.nextCheckInSeconds = heard.nextCheckInSeconds
    if (heard.clockSkewMs !== null) before.clockSkewMs = heard.clockSkewMs
    if (heard.vitals !== null) before.vitals = heard.vitals
  }

  /** Writes one batch; true where more is waiting. What cannot be written is dropped and counted. */
  async flush(): Promise<boolean> {
    const rows: PresenceRow[] = []
    for (const [slot, heard] of this.#waiting) {
      rows.push(heard)
      this.#waiting.delete(slot)
      if (rows.length >= this.#options.batchRows) break
    }
    if (rows.length === 0) return false
    try {
      await this.#options.write(rows)
    } catch (error) {
      this.#dropped += rows.length
      throw error
    }
    return this.#waiting.size > 0
  }
}
