import type { Decision } from './decide'
import { GROUPED_BY, OUTCOMES, type ReasonCode } from './lists'
import type { DryRunReport } from './schemas'

/** Groups of one reason that are told apart while counting, and that are shown. */
const MOST_GROUPS = 1_000
const SHOWN_GROUPS = 20

interface Group {
  values: Record<string, string | number>
  count: number
}

/** Counts what a rule comes to for many terminals, in a bounded space however many they are. */
export class Tally {
  readonly #counts = new Map<string, Map<ReasonCode, { count: number; groups: Map<string, Group> }>>()
  #terminals = 0

  get terminals(): number {
    return this.#terminals
  }

  add({ outcome, reasons }: Decision): void {
    const [first] = reasons
    if (first === undefined) return
    this.#terminals++
    const ofOutcome = this.#counts.get(outcome) ?? new Map()
    this.#counts.set(outcome, ofOutcome)
    const ofReason = ofOutcome.get(first.code) ?? { count: 0, groups: new Map<string, Group>() }
    ofOutcome.set(first.code, ofReason)
    ofReason.count++
    const names = GROUPED_BY[first.code]
    if (names === undefined) return
    const values = Object.fromEntries(names.map((name) => [name, first.values[name] ?? '']))
    const key = JSON.stringify(values)
    const group = ofReason.groups.get(key)
    if (group !== undefined) group.count++
    else if (ofReason.groups.size < MOST_GROUPS) ofReason.groups.set(key, { values, count: 1 })
  }

  /** Outcomes in the order of OUTCOMES, reasons and groups by how many they are. */
  outcomes(): DryRunReport['outcomes'] {
    return OUTCOMES.flatMap((outcome) => {
      const found = [...(this.#counts.get(outcome) ?? [])]
      const reasons = found.map(([code, { count, groups }]) => ({
        ...{ code, count },
        groups: [...groups.values()].sort(byCount).slice(0, SHOWN_GROUPS),
      }))
      const count = reasons.reduce((sum, one) => sum + one.count, 0)
      return count === 0 ? [] : [{ outcome, count, reasons: reasons.sort(byCount) }]
    })
  }
}

const byCount = (one: { count: number }, other: { count: number }) => other.count - one.count
