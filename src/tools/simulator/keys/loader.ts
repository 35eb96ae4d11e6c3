import { createHash } from 'node:crypto'
import { type Answer, ConnectionLost } from '../client'
import type { Host } from '../host'
import { type Chance, chanceOf, pick } from '../random'
import type { Troubles } from '../troubles'
import { bundleIn, digitsOf, transportKeyOf } from './bundle'

export interface OfferedKeys {
  id: string
  kind: 'keys'
  bundleId: string
  sequence: number
  sha256: string
  size: number
  url: string
}

interface InstalledKey {
  slot: string
  kcv: string
}

interface KeyResult {
  state: 'installed' | 'failed'
  kcvs: InstalledKey[]
  reason?: string
}

/** What a terminal's secure memory keeps. */
export interface KeyMemory {
  installed: InstalledKey[]
  /** How often it has set about loading keys: each time has a fate of its own. */
  attempts: number
  /** What it has not told yet, or the server has not answered. */
  untold?: { bundleId: string; result: KeyResult }
}

export interface KeyCounts {
  asked: number
  inVain: number
  installed: number
  failed: number
}

type Kept = () => Promise<void>

const FAILURES = ['install_error', 'battery_low', 'busy_with_payment', 'hash_mismatch'] as const
const DIGITS_OF_A_KCV = 6

/** Fetches key files, loads what is in them, tells how it went; and asks for keys by itself. */
export class KeyLoader {
  readonly counts: KeyCounts = { asked: 0, inVain: 0, installed: 0, failed: 0 }
  readonly #host: Host
  /** Actions of which nothing will be heard. */
  readonly #ignored = new Set<string>()

  constructor(host: Host) {
    this.#host = host
  }

  get #memory(): KeyMemory {
    return this.#host.persona.keys
  }

  /**
   * Loads the keys that an action tells of.
   * @returns false where there is nothing more to do before the next check-in
   * @throws ConnectionLost the power failed, or the network: what it has, it has
   */
  async perform(offer: OfferedKeys, troubles: Troubles, kept: Kept): Promise<boolean> {
    if (this.#ignored.has(offer.id)) return false
    // Its word got lost: the bytes are not fetched again for that.
    if (this.#memory.untold?.bundleId === offer.bundleId) return this.tell()
    const fate = this.#nextFate()
    if (fate() < troubles.silentRate) {
      this.#ignored.add(offer.id)
      return false
    }
    return this.#load(offer.url, fate, troubles, kept, offer)
  }

  /** Asks without being told to: an engineer wants keys loaded, or a tamper has erased them. */
  async ask(troubles: Troubles, kept: Kept): Promise<boolean> {
    this.counts.asked++
    const isLoaded = await this.#load('/terminal/v1/keys', this.#nextFate(), troubles, kept)
    if (!isLoaded) this.counts.inVain++
    return isLoaded
  }

  /** Somebody has opened the case. */
  erase(): void {
    this.#memory.installed = []
  }

  /** @returns whether there was something to tell, and it is told */
  async tell(): Promise<boolean> {
    const { untold } = this.#memory
    if (untold === undefined) return false
    const { bundleId, result } = untold
    const answer = await this.#host.post(`/keys/${bundleId}/result`, result)
    // 404: of a file that the server has forgotten, it wants no word.
    const isTold = answer.status === 200 || answer.status === 404
    if (isTold) delete this.#memory.untold
    return isTold
  }

  async #load(
    url: string,
    fate: Chance,
    troubles: Troubles,
    kept: Kept,
    offer?: Pick<OfferedKeys, 'sha256'>,
  ): Promise<boolean> {
    const isLost = fate() < troubles.lostAnswerRate
    const forgets = fate() < 0.5
    const { answer, loss } = await this.#fetch(url, isLost)
    if (answer.status !== 200) return false
    // The power failed before anything was loaded: it fetches again.
    if (loss !== undefined && forgets) throw loss
    const result = this.#install(answer.body, fate, troubles, offer?.sha256)
    this.counts[result.state]++
    this.#memory.untold = { bundleId: String(answer.headers['psm-bundle-id']), result }
    await kept()
    if (loss !== undefined) throw loss
    return this.tell()
  }

  /** The answer, also where the connection broke after its last byte. */
  async #fetch(url: string, isLost: boolean): Promise<{ answer: Answer; loss?: ConnectionLost }> {
    try {
      return { answer: await this.#host.fetch(url, isLost ? { cut: 'after-answer' } : {}) }
    } catch (error) {
      if (!isLost || !(error instanceof ConnectionLost) || error.received === undefined) throw error
      return { answer: error.received, loss: error }
    }
  }

  #install(bytes: Buffer, fate: Chance, troubles: Troubles, sha256: string | undefined): KeyResult {
    const { persona } = this.#host
    const failed = (reason: string): KeyResult => ({ state: 'failed', kcvs: [], reason })
    if (sha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== sha256)
      return failed('hash_mismatch')
    const bundle = bundleIn(bytes)
    if (bundle === undefined) return failed('not_supported')
    const { kcv: ownKcv } = transportKeyOf(persona)
    const isOwn = bundle.terminal.serial === persona.serial && (bundle.transportKey?.kcv ?? ownKcv) === ownKcv
    if (!isOwn) return failed('install_error')
    if (fate() < troubles.failRate) return failed(pick(fate, FAILURES))
    if (fate() < troubles.lieRate) return { state: 'installed', kcvs: [] }
    const kcvs = bundle.keys.map(({ slot, block, kcv = digitsOf(block, DIGITS_OF_A_KCV) }) => ({ slot, kcv }))
    const last = kcvs.at(-1)
    if (fate() < troubles.kcvMismatchRate && last !== undefined) last.kcv = otherKcv(last.kcv)
    const others = this.#memory.installed.filter((one) => !kcvs.some(({ slot }) => slot === one.slot))
    this.#memory.installed = [...others, ...kcvs]
    return { state: 'installed', kcvs }
  }

  #nextFate(): Chance {
    return chanceOf(`keys ${this.#host.persona.serial} ${this.#memory.attempts++}`)
  }
}

const otherKcv = (kcv: string) => (kcv.startsWith('0') ? `1${kcv.slice(1)}` : `0${kcv.slice(1)}`)
