import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { runPrepared } from '../../../db/prepared'
import type { ArchivedSlip } from '../archive'
import type { FiledSlip } from '../ingest'
import type { SlipView } from './schemas'

/** What is selected of a slip `s`. Terminal and merchant are looked up row by row: a join could be planned to read them all. */
export const SLIP_COLUMNS: SQL = sql`s.id, ${timeOf(sql`s.filed_at`)} as "filedAt", s.seq::float8 as seq,
  ${timeOf(sql`s.received_at`)} as "receivedAt", s.time_mark as "timeMark", s.terminal_id as "terminalId",
  (select t.serial from terminals t where t.id = s.terminal_id) as serial, s.merchant_id as "merchantId",
  (select m.name from merchants m where m.id = s.merchant_id) as "merchantName", s.tid, s.mid, s.type, s.result,
  s.amount::float8 as amount, s.currency, s.rrn, s.auth_code as "authCode", s.receipt_no as "receiptNo", s.last4, s.scheme,
  s.had_pan as "hadPan", s.has_other_tid as "hasOtherTid", s.identity, s.content_digest as "contentDigest", s.content`

function timeOf(column: SQL): SQL {
  return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

export async function rowsOf(ctx: Ctx, statement: SQL): Promise<FiledSlip[]> {
  return runPrepared<FiledSlip>(ctx.sql, statement)
}

/** What the list shows of a slip of either half. */
export function toView(slip: FiledSlip | ArchivedSlip): SlipView {
  const { content, identity } = slip
  return {
    id: slip.id,
    slipUid: content.slipUid ?? identity,
    filedAt: slip.filedAt,
    receivedAt: slip.receivedAt,
    localDateTime: content.localDateTime,
    timeMark: slip.timeMark,
    terminalId: slip.terminalId,
    serial: slip.serial,
    merchantId: slip.merchantId,
    merchantName: slip.merchantName,
    tid: slip.tid,
    mid: slip.mid,
    type: slip.type,
    result: slip.result,
    amount: slip.amount,
    currency: slip.currency,
    rrn: slip.rrn,
    authCode: slip.authCode,
    receiptNo: slip.receiptNo,
    last4: slip.last4,
    scheme: slip.scheme,
    hadPan: slip.hadPan,
    hasOtherTid: slip.hasOtherTid,
    isArchived: 'archiveNumber' in slip,
  }
}
