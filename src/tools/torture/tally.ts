import { dayOf, type Slip } from '../../features/eslips/ingest'

export interface Sum {
  currency: string
  type: string
  result: string
  count: number
  amount: number
}

/** Counts and sums of slips by day (UTC), currency, type and result. */
export class Tally {
  readonly #sums = new Map<string, { count: number; amount: number }>()
  readonly #days = new Set<string>()

  /** @param slip filed under its own time */
  addSlip(slip: Pick<Slip, 'localDateTime' | 'currency' | 'type' | 'result' | 'amount'>): void {
    this.add(dayOf(Date.parse(slip.localDateTime)), { ...slip, count: 1 })
  }

  add(day: string, { currency, type, result, count, amount }: Sum): void {
    this.#days.add(day)
    const name = [day, currency, type, result].join(' ')
    const sum = this.#sums.get(name)
    if (sum === undefined) this.#sums.set(name, { count, amount })
    else {
      sum.count += count
      sum.amount += amount
    }
  }

  get days(): string[] {
    return [...this.#days].sort()
  }

  /** Where the two are not the same, in words. */
  differences(found: Tally): string[] {
    const names = new Set([...this.#sums.keys(), ...found.#sums.keys()])
    return [...names].sort().flatMap((name) => {
      const [mine, others] = [this.#sums.get(name), found.#sums.get(name)]
      if (mine?.count === others?.count && mine?.amount === others?.amount) return []
      return [`${name}: ${told(mine)} promised, ${told(others)} found`]
    })
  }
}

const told = (sum: { count: number; amount: number } | undefined) =>
  sum === undefined ? 'none' : `${sum.count} slips of ${sum.amount}`
