import type { SlipResult, SlipType } from '../../ingest/lists'
import type { SlipTotals } from '../../search/schemas'

type Group = SlipTotals['groups'][number]

/** Types by which money goes to the shop, and by which it goes back. All others move none, or not yet. */
const PAID: readonly SlipType[] = ['sale', 'cash', 'cashback', 'completion', 'qr']
const BACK: readonly SlipType[] = ['refund', 'reversal', 'void']
const GRANTED: readonly SlipResult[] = ['approved', 'partial']

export interface Sum {
  count: number
  /** In minor units. */
  amount: number
}

export interface CurrencyTotals {
  currency: string
  paid: Sum
  back: Sum
  /** Paid less what went back. */
  net: number
  declined: number
  /** Slips that are in none of these. */
  others: number
}

/** What came of the slips by currency, the one with most slips first. */
export function totalsOf(groups: readonly Group[]): CurrencyTotals[] {
  const currencies = [...new Set(groups.map((one) => one.currency))]
  return currencies
    .map((currency) => {
      const own = groups.filter((one) => one.currency === currency)
      const paid = sumOf(own.filter(({ type, result }) => PAID.includes(type) && GRANTED.includes(result)))
      const back = sumOf(own.filter(({ type, result }) => BACK.includes(type) && GRANTED.includes(result)))
      const declined = sumOf(own.filter(({ result }) => result === 'declined')).count
      const others = sumOf(own).count - paid.count - back.count - declined
      return { currency, paid, back, net: paid.amount - back.amount, declined, others }
    })
    .sort((one, other) => countOf(other) - countOf(one))
}

/** What moved money, or was to move it: a line of its own. All others are but counted. */
export const hasSums = ({ paid, back, declined }: CurrencyTotals) => paid.count + back.count + declined > 0

const countOf = ({ paid, back, declined, others }: CurrencyTotals) =>
  paid.count + back.count + declined + others

const sumOf = (groups: readonly Group[]): Sum => ({
  count: groups.reduce((sum, one) => sum + one.count, 0),
  amount: groups.reduce((sum, one) => sum + one.amount, 0),
})

export interface TypeCounts {
  type: SlipType
  granted: number
  declined: number
  others: number
}

/** How many slips there are of each type and what came of them, the most frequent type first. */
export function countsByType(groups: readonly Group[]): TypeCounts[] {
  const types = [...new Set(groups.map((one) => one.type))]
  return types
    .map((type) => {
      const own = groups.filter((one) => one.type === type)
      const granted = sumOf(own.filter(({ result }) => GRANTED.includes(result))).count
      const declined = sumOf(own.filter(({ result }) => result === 'declined')).count
      return { type, granted, declined, others: sumOf(own).count - granted - declined }
    })
    .sort(
      (one, other) => other.granted + other.declined + other.others - one.granted - one.declined - one.others,
    )
}
