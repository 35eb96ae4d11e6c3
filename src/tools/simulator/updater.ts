import { createHash, type Hash } from 'node:crypto'
import type { Answer, Send } from './client'
import type { Persona } from './persona'
import { chanceOf, pick } from './random'

export interface OfferedUpdate {
  id: string
  kind: 'update'
  rule: string
  files: {
    component: string
    version: string
    name: string
    target: string
    order: number
    sha256: string
    size: number
    url: string
  }[]
  when: { notBefore?: string; notAfter?: string; onlyWhenSettled?: boolean; minBatteryPercent?: number }
}

/** How updates go wrong, each 0 to 1: of the updates, but power cuts of the pieces that are fetched. */
export interface UpdateTroubles {
  failRate: number
  /** Says that it is installed, and goes on with the old version. */
  lieRate: number
  /** Never says anything of it. */
  silentRate: number
  powerCutRate: number
}

export const NO_TROUBLES: UpdateTroubles = { failRate: 0, lieRate: 0, silentRate: 0, powerCutRate: 0 }

/** What the updater needs of the terminal it is in. */
interface Host {
  persona: Persona
  fetch(path: string, more: Omit<Send, 'method' | 'path'>): Promise<Answer>
  report(actionId: string, result: Record<string, unknown>): Promise<Answer>
}

interface Partial {
  bytes: number
  hash: Hash
}

const PIECE_BYTES = 4 * 1024 * 1024
const FAILURES = ['install_error', 'out_of_space', 'signature_refused', 'network_lost'] as const
const SERVED = new Set([200, 206])

/**
 * Fetches the files of an update piece by piece, goes on where it broke off, installs, reports. Real terminals keep the
 * pieces on flash; this one only their hash.
 */
export class Updater {
  readonly #partial = new Map<string, Partial>()

  constructor(readonly host: Host) {}

  /** @returns false where there is nothing more to do before the next check-in */
  async perform(update: OfferedUpdate, troubles: UpdateTroubles): Promise<boolean> {
    // How it ends was always clear: an update that is offered again ends the same.
    const fate = chanceOf(`update ${this.host.persona.serial} ${update.id}`)
    if (fate() < troubles.silentRate) return false
    if (!this.#isTime(update)) return false
    for (const file of [...update.files].sort((a, b) => a.order - b.order)) {
      const outcome = await this.#download(update, file, troubles)
      if (outcome === 'later') return false
      if (outcome === 'lost') return true
      if (outcome === 'spoilt') return this.#end(update, { state: 'failed', reason: 'hash_mismatch' })
    }
    await this.host.report(update.id, { state: 'downloaded', progressPercent: 100 })
    if (fate() < troubles.failRate)
      return this.#end(update, { state: 'failed', reason: pick(fate, FAILURES), vendorCode: 'E-17' })
    const lies = fate() < troubles.lieRate
    if (!lies)
      for (const { component, version } of update.files) this.host.persona.install(component, version)
    return this.#end(update, { state: 'installed' })
  }

  async #download(
    update: OfferedUpdate,
    file: OfferedUpdate['files'][number],
    { powerCutRate }: UpdateTroubles,
  ): Promise<'whole' | 'lost' | 'later' | 'spoilt'> {
    const known = this.#partial.get(file.sha256)
    const partial = known ?? { bytes: 0, hash: createHash('sha256') }
    this.#partial.set(file.sha256, partial)
    while (partial.bytes < file.size) {
      const last = Math.min(partial.bytes + PIECE_BYTES, file.size) - 1
      const Range = `bytes=${partial.bytes}-${last}`
      const answer = await this.host.fetch(file.url, { headers: { Range, 'If-Range': `"${file.sha256}"` } })
      if (answer.status === 503) return 'later'
      if (!SERVED.has(answer.status)) return 'spoilt'
      partial.hash.update(answer.body)
      partial.bytes += answer.body.length
      const progressPercent = Math.floor((partial.bytes / file.size) * 100)
      await this.host.report(update.id, { state: 'downloading', progressPercent })
      if (this.host.persona.chance() < powerCutRate) return 'lost'
    }
    return partial.hash.copy().digest('hex') === file.sha256 ? 'whole' : 'spoilt'
  }

  async #end(update: OfferedUpdate, result: Record<string, unknown>): Promise<true> {
    for (const { sha256 } of update.files) this.#partial.delete(sha256)
    await this.host.report(update.id, result)
    return true
  }

  /** By the server's time: the terminal's own clock may be years off. */
  #isTime({ when }: OfferedUpdate): boolean {
    const { battery, counters } = this.host.persona.vitals(Date.now())
    const isEarly = when.notBefore !== undefined && Date.parse(when.notBefore) > Date.now()
    const isLate = when.notAfter !== undefined && Date.parse(when.notAfter) < Date.now()
    const isLow = (battery?.percent ?? 100) < (when.minBatteryPercent ?? 0) && battery?.charging !== true
    const isUnsettled = when.onlyWhenSettled === true && (counters?.unsettled ?? 0) > 0
    return !isEarly && !isLate && !isLow && !isUnsettled
  }
}
