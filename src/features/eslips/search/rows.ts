import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import type { Slip } from '../ingest/schemas'
import type { SlipPosition } from './find'
import type { SlipView } from './schemas'

/** A slip as the database has it, all of it. */
export interface SlipRow extends Omit<SlipView, 'isArchived' | 'slipUid' | 'localDateTime'> {
  seq: number
  identity: string
  contentDigest: string
  content: Slip
}

/** What is selected of a slip `s`. */
export const SLIP_COLUMNS: SQL = sql`s.id, ${timeOf(sql`s.filed_at`)} as "filedAt", s.seq::float8 as seq,
  ${timeOf(sql`s.received_at`)} as "receivedAt", s.time_mark as "timeMark", s.terminal_id as "terminalId", t.serial,
  s.merchant_id as "merchantId", m.name as "merchantName", s.tid, s.mid, s.type, s.result, s.amount::float8 as amount,
  s.currency, s.rrn, s.auth_code as "authCode", s.receipt_no as "receiptNo", s.last4, s.scheme, s.had_pan as "hadPan",
  s.has_other_tid as "hasOtherTid", s.identity, s.content_digest as "contentDigest", s.content`

/** What stands beside a slip `s`: its terminal and its merchant. */
export const SLIP_JOINS: SQL = sql`left join terminals t on t.id = s.terminal_id
  left join merchants m on m.id = s.merchant_id`

function timeOf(column: SQL): SQL {
  return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** Whole slips at these places, in this order. */
export async function loadSlips(ctx: Ctx, positions: readonly SlipPosition[]): Promise<SlipRow[]> {
  if (positions.length === 0) return []
  const ids = positions.map((one) => one.id)
  const times = positions.map((one) => one.filedAt)
  return rowsOf(
    ctx,
    sql`select ${SLIP_COLUMNS}
      from unnest(${sql.param(ids)}::uuid[], ${sql.param(times)}::text[]::timestamptz[]) with ordinality k(id, at, place)
      cross join lateral (select * from eslips x where x.filed_at = k.at and x.id = k.id limit 1) s
      ${SLIP_JOINS} order by k.place`,
  )
}

export async function rowsOf(ctx: Ctx, statement: SQL): Promise<SlipRow[]> {
  return (await ctx.db.execute(statement)) as unknown as SlipRow[]
}

export function toView({ seq: _, identity, contentDigest: __, content, ...row }: SlipRow): SlipView {
  return {
    ...row,
    slipUid: content.slipUid ?? identity,
    localDateTime: content.localDateTime,
    isArchived: false,
  }
}
