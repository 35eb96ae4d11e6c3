import { createHash } from 'node:crypto'
import type { Slip } from '../../features/eslips/ingest'

/** A slip as a program pulls it: what the terminal sent, and what the server knows of it. */
export type PulledSlip = Slip & { id: string; seq: number; serial: string | null }

interface Entry {
  contentHash: string
  isAcknowledged: boolean
  /** How often it was found. */
  found: number
}

export interface Verdict {
  sent: number
  acknowledged: number
  /** Not acknowledged, and there: their answer never arrived. */
  storedUnanswered: number
  lost: number
  doubled: number
  altered: number
  /** Nobody sent them. */
  strange: number
}

/** The server adds these. */
const ADDED = [
  ...['id', 'seq', 'terminalId', 'serial', 'merchantId', 'filedAt', 'receivedAt', 'timeMark'],
  ...['hadPan', 'hasOtherTid', 'isArchived', 'slipUid'],
]

/** What every terminal has sent and what it was promised; compared in the end with what is there. */
export class Ledger {
  readonly #entries = new Map<string, Entry>()
  acknowledged = 0

  sent(serial: string, slip: Slip): void {
    const contentHash = hashOf(slip)
    const key = keyOf(serial, slip.slipUid ?? contentHash)
    if (!this.#entries.has(key)) this.#entries.set(key, { contentHash, isAcknowledged: false, found: 0 })
  }

  acknowledge(serial: string, slip: Slip): void {
    const entry = this.#entries.get(keyOf(serial, slip.slipUid ?? hashOf(slip)))
    if (entry === undefined || entry.isAcknowledged) return
    entry.isAcknowledged = true
    this.acknowledged++
  }

  judge(all: readonly PulledSlip[]): Verdict {
    const verdict = { storedUnanswered: 0, lost: 0, doubled: 0, altered: 0, strange: 0 }
    for (const slip of all) {
      const contentHash = hashOf(slip)
      const entry =
        this.#entries.get(keyOf(slip.serial ?? '', slip.slipUid ?? '')) ??
        this.#entries.get(keyOf(slip.serial ?? '', contentHash))
      if (entry === undefined) verdict.strange++
      else {
        if (entry.contentHash !== contentHash) verdict.altered++
        if (++entry.found === 2) verdict.doubled++
      }
    }
    for (const { isAcknowledged, found } of this.#entries.values()) {
      if (isAcknowledged && found === 0) verdict.lost++
      if (!isAcknowledged && found > 0) verdict.storedUnanswered++
    }
    return { sent: this.#entries.size, acknowledged: this.acknowledged, ...verdict }
  }
}

const keyOf = (serial: string, name: string) => `${serial} ${name}`

/** Of what the terminal sent but the name, whatever the order of fields. */
function hashOf(slip: object): string {
  const own = Object.fromEntries(Object.entries(slip).filter(([name]) => !ADDED.includes(name)))
  return createHash('sha256')
    .update(JSON.stringify(sorted(own)))
    .digest('base64url')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  )
}
