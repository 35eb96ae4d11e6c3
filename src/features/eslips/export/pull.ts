import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../core/paging'
import { query } from '../../../core/verb'
import type { SlipRow } from '../search'
import { notePull } from './pulls'
import { readSlips } from './read'
import { type ExportedPage, type ExportedSlip, PullSlipsInput } from './schemas'

const Cursor = z.tuple([z.literal('seq'), z.number().int().min(0)])

/** The next slips in the order in which they came. Each page that a program gets is counted (contract, "Around it"). */
export const pullSlips = query(
  { permission: 'eslips:read', input: PullSlipsInput },
  async (ctx, { after, limit, ...filter }): Promise<ExportedPage> => {
    const afterSeq = after === undefined ? 0 : decodeCursor(after, Cursor)[1]
    const { rows, toSeq, hasMore } = await readSlips(ctx, filter, { afterSeq, limit })
    await notePull(ctx, { filter, fromSeq: afterSeq, toSeq, count: rows.length })
    return { items: rows.map(toExported), nextCursor: pullCursorAfter(toSeq), hasMore }
  },
)

/** What a program gives as `after` to read on behind a number. */
export const pullCursorAfter = (seq: number) => encodeCursor(['seq', seq])

function toExported(row: SlipRow): ExportedSlip {
  return {
    ...row.content,
    slipUid: row.content.slipUid ?? row.identity,
    id: row.id,
    seq: row.seq,
    terminalId: row.terminalId,
    serial: row.serial,
    merchantId: row.merchantId,
    filedAt: row.filedAt,
    receivedAt: row.receivedAt,
    timeMark: row.timeMark,
    hadPan: row.hadPan,
    hasOtherTid: row.hasOtherTid,
    isArchived: false,
  }
}
