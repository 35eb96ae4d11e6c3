import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../core/paging'
import { query } from '../../../core/verb'
import type { FoundSlip } from '../search'
import { handOut } from './hand-out'
import { type Place, readOn } from './read-on'
import { type ExportedPage, type ExportedSlip, PullSlipsInput } from './schemas'

/** Numbers of archives and rows are no larger. */
const MOST = 2 ** 31 - 1

const Cursor = z.tuple([
  z.literal('seq'),
  z.number().int().min(0),
  z.number().int().min(0).max(MOST),
  z.number().int().min(0).max(MOST),
])

/** The next slips in the order in which they came. Whoever is given slips is noted (contract, "Around it"). */
export const pullSlips = query(
  { permission: 'eslips:read', input: PullSlipsInput },
  async (ctx, { after, limit, ...filter }): Promise<ExportedPage> => {
    const [, seq, archive, row] = after === undefined ? START : decodeCursor(after, Cursor)
    const { rows, place, hasMore } = await readOn(ctx, filter, { seq, archive, row }, limit)
    await handOut(ctx, { kind: 'pulled', slips: rows })
    return {
      items: rows.map(toExported),
      nextCursor: pullCursorAfter(place),
      hasMore,
    }
  },
)

/** What a program gives as `after` to read on behind a place. */
export const pullCursorAfter = ({ seq, archive, row }: Place) => encodeCursor(['seq', seq, archive, row])

const START = ['seq', 0, 0, 0] as const

function toExported(row: FoundSlip): ExportedSlip {
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
    isArchived: 'archiveNumber' in row,
  }
}
