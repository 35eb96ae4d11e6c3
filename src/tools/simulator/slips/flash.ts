import type { HandOverResult, Slip } from '../../../features/eslips/ingest'
import { between, type Chance, pick } from '../random'
import type { SlipSource, TillState } from './create'

/** Slips of one request at most (contract). */
export const MOST_OF_A_REQUEST = 200

/** What a terminal's flash holds of slips. */
export interface SlipMemory {
  till: TillState
  /** Not yet answered, oldest first. */
  waiting: Slip[]
  /** Answered by `rejected`: kept for the engineer. */
  rejected: { slip: Slip; code: string }[]
  counts: SlipCounts
}

export interface SlipCounts {
  made: number
  stored: number
  duplicate: number
  rejected: number
}

const DAY_MS = 86_400_000
/** Slips that some terminals hand over twice by mistake. */
const MOST_REMEMBERED = 5

/**
 * The slips of a terminal from printing to the server's answer. A slip leaves only when its result is there: what was
 * sent and not answered is sent again, the same with the same name.
 */
export class SlipFlash {
  readonly #source: SlipSource
  readonly #kept: Omit<SlipMemory, 'till'>
  readonly #handedOver: Slip[] = []

  constructor(source: SlipSource, memory: SlipMemory | undefined) {
    this.#source = source
    const { waiting, rejected, counts } = memory ?? {
      waiting: [],
      rejected: [],
      counts: { made: 0, stored: 0, duplicate: 0, rejected: 0 },
    }
    this.#kept = { waiting, rejected, counts }
  }

  get memory(): SlipMemory {
    return { till: this.#source.state(), ...this.#kept }
  }

  get counts(): Readonly<SlipCounts & { waiting: number }> {
    return { ...this.#kept.counts, waiting: this.#kept.waiting.length }
  }

  make(unixMs: number): Slip {
    const slip = this.#source.next(unixMs)
    this.#kept.waiting.push(slip)
    this.#kept.counts.made++
    return slip
  }

  /** The trade of days without a network, up to this moment. */
  makeOfDays(days: number, perDay: number, unixMs: number): void {
    const slips = Math.round(days * perDay)
    for (let left = slips; left > 0; left--) this.make(unixMs - (days * DAY_MS * left) / slips)
  }

  /**
   * The next request's slips, oldest first.
   * @param most of a request
   * @param again when given, one that was handed over before may be among them
   */
  batch(most = MOST_OF_A_REQUEST, again?: Chance): Slip[] {
    const slips = this.#kept.waiting.slice(0, most)
    if (again === undefined || this.#handedOver.length === 0 || slips.length === most) return slips
    slips.splice(between(again, 0, slips.length), 0, pick(again, this.#handedOver))
    return slips
  }

  /** Takes note of the answer to a request: one result for each slip, in order. */
  answered(slips: readonly Slip[], results: readonly HandOverResult[]): void {
    const { waiting, rejected, counts } = this.#kept
    for (const [index, slip] of slips.entries()) {
      const result = results[index]
      if (result === undefined) continue
      counts[result.status]++
      const at = waiting.indexOf(slip)
      if (at === -1) continue
      waiting.splice(at, 1)
      if (result.status === 'rejected') rejected.push({ slip, code: result.code ?? '' })
      else this.#handedOver.push(slip)
    }
    this.#handedOver.splice(0, this.#handedOver.length - MOST_REMEMBERED)
  }
}
