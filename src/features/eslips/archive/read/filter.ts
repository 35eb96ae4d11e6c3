import type { ParquetQueryFilter } from 'hyparquet'
import { type Cell, columnOf } from '../format/columns'

/** What slips of an archive are chosen by; all of it must hold. Fields of a search fit as they are. */
export interface ArchiveFilter {
  id?: string
  tid?: string
  mid?: string
  terminalId?: string
  merchantId?: string
  /** One of them. */
  merchantIds?: readonly string[]
  rrn?: string
  authCode?: string
  receiptNo?: string
  last4?: string
  type?: string
  result?: string
  currency?: string
  scheme?: string
  timeMark?: string
  hadPan?: boolean
  /** In minor units, both ends included. */
  amountFrom?: number
  amountTo?: number
  /** The time they are filed under: this moment (ISO 8601) and later. */
  from?: string
  /** Before this moment. */
  to?: string
  /** Numbered above this. */
  afterSeq?: number
}

/** A condition on one column: how a row is judged, and how whole groups are passed over. */
export interface Condition {
  column: string
  holds(cell: Cell): boolean
  prune: ParquetQueryFilter
}

const EQUAL = {
  id: 'id',
  tid: 'tid',
  mid: 'mid',
  terminalId: 'terminal_id',
  merchantId: 'merchant_id',
  rrn: 'rrn',
  authCode: 'auth_code',
  receiptNo: 'receipt_no',
  last4: 'last4',
  type: 'type',
  result: 'result',
  currency: 'currency',
  scheme: 'scheme',
  timeMark: 'time_mark',
  hadPan: 'had_pan',
} as const satisfies { [Field in keyof ArchiveFilter]: string }

/** The conditions of a filter, those first that leave the fewest. */
export function conditionsOf(filter: ArchiveFilter): Condition[] {
  const found: Condition[] = []
  for (const [field, column] of Object.entries(EQUAL)) {
    const wanted = filter[field as keyof typeof EQUAL]
    if (wanted !== undefined)
      found.push({ column, holds: (cell) => cell === wanted, prune: { [column]: { $eq: wanted } } })
  }
  if (filter.merchantIds !== undefined) {
    const wanted = new Set<Cell>(filter.merchantIds)
    const prune = { merchant_id: { $in: [...filter.merchantIds] } }
    found.push({ column: 'merchant_id', holds: (cell) => wanted.has(cell), prune })
  }
  const { amountFrom, amountTo, from, to, afterSeq } = filter
  found.push(...between('amount', amountFrom, amountTo, BigInt))
  const before = to === undefined ? undefined : Date.parse(to) - 1
  found.push(...between('filed_at', from === undefined ? undefined : Date.parse(from), before, Number))
  found.push(...between('seq', afterSeq === undefined ? undefined : afterSeq + 1, undefined, BigInt))
  return found
}

/** @param toBound makes of a number what the library has for bounds of that column */
function between(
  column: string,
  least: number | undefined,
  most: number | undefined,
  toBound: (value: number) => bigint | number,
): Condition[] {
  if (least === undefined && most === undefined) return []
  const [low, high] = [least ?? Number.NEGATIVE_INFINITY, most ?? Number.POSITIVE_INFINITY]
  return [
    {
      column,
      holds: (cell) => Number(cell) >= low && Number(cell) <= high,
      prune: {
        [column]: {
          ...(least === undefined ? {} : { $gte: toBound(least) }),
          ...(most === undefined ? {} : { $lte: toBound(most) }),
        },
      },
    },
  ]
}

/** How the library passes over groups for these conditions; undefined where it cannot. */
export function pruningOf(conditions: readonly Condition[]): ParquetQueryFilter | undefined {
  const usable = conditions.filter(({ column }) => columnOf(column).hasBounds)
  return usable.length === 0 ? undefined : { $and: usable.map((one) => one.prune) }
}
