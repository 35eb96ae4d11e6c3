import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, type Visibility, visibilityOf } from '../../../core/context'
import type { SlipFilter } from './schemas'

/** One condition on a slip `s`. */
export interface SlipCondition {
  holds: SQL
  /** True where an index begins with what it asks for and goes on by time: few slips, or many in the right order. */
  isKey: boolean
}

const key = (holds: SQL): SlipCondition => ({ holds, isKey: true })
const other = (holds: SQL): SlipCondition => ({ holds, isKey: false })

/** The conditions of a filter but for its period, the pickiest first. All must hold. */
export function conditionsOf(filter: SlipFilter): SlipCondition[] {
  const { amountFrom, amountTo } = filter
  const isAmount = amountFrom !== undefined && amountFrom === amountTo
  const found: (SlipCondition | undefined)[] = [
    filter.rrn === undefined ? undefined : key(sql`s.rrn = ${filter.rrn}`),
    filter.authCode === undefined ? undefined : key(sql`s.auth_code = ${filter.authCode}`),
    filter.terminalId === undefined ? undefined : key(sql`s.terminal_id = ${filter.terminalId}`),
    filter.tid === undefined ? undefined : key(sql`s.tid = ${filter.tid}`),
    filter.last4 === undefined ? undefined : key(sql`s.last4 = ${filter.last4}`),
    filter.receiptNo === undefined ? undefined : key(sql`s.receipt_no = ${filter.receiptNo}`),
    filter.mid === undefined ? undefined : key(sql`s.mid = ${filter.mid}`),
    filter.merchantId === undefined ? undefined : key(sql`s.merchant_id = ${filter.merchantId}`),
    filter.hadPan === true ? key(sql`s.had_pan`) : undefined,
    filter.timeMark === undefined ? undefined : key(sql`s.time_mark = ${filter.timeMark}`),
    isAmount ? key(sql`s.amount = ${amountFrom}`) : undefined,
    isAmount || amountFrom === undefined ? undefined : other(sql`s.amount >= ${amountFrom}`),
    isAmount || amountTo === undefined ? undefined : other(sql`s.amount <= ${amountTo}`),
    filter.currency === undefined ? undefined : other(sql`s.currency = ${filter.currency}`),
    filter.type === undefined ? undefined : other(sql`s.type = ${filter.type}`),
    filter.result === undefined ? undefined : other(sql`s.result = ${filter.result}`),
    filter.scheme === undefined ? undefined : other(sql`s.scheme = ${filter.scheme}`),
    filter.hadPan === false ? other(sql`not s.had_pan`) : undefined,
  ]
  return found.filter((one) => one !== undefined)
}

/** The period of a filter, as a condition that leaves out whole partitions. */
export function periodOf({ from, to }: Pick<SlipFilter, 'from' | 'to'>): SQL {
  const parts = [
    from === undefined ? undefined : sql`s.filed_at >= ${from}::timestamptz`,
    to === undefined ? undefined : sql`s.filed_at < ${to}::timestamptz`,
  ].filter((one) => one !== undefined)
  return parts.length === 0 ? sql`true` : sql.join(parts, sql` and `)
}

/**
 * The slips a caller may see, as a condition on `s`; undefined where that is all. A merchant's are those that came while
 * the terminal was that merchant's: who gets the terminal later does not get them.
 */
export function visibleSlips(ctx: Pick<Ctx, 'actor'>): SQL | undefined {
  return slipsWithin(visibilityOf(ctx.actor))
}

export function slipsWithin(visibility: Visibility): SQL | undefined {
  if (visibility.kind === 'all') return undefined
  const { groupIds, merchantIds } = visibility
  const parts: SQL[] = []
  if (merchantIds.length > 0) parts.push(sql`s.merchant_id in ${[...merchantIds]}`)
  if (groupIds.length > 0)
    parts.push(sql`exists (select from terminal_group_members g
      where g.terminal_id = s.terminal_id and g.group_id in ${[...groupIds]})`)
  return parts.length === 0 ? sql`false` : sql`(${sql.join(parts, sql` or `)})`
}
