import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { momentOfId } from '../../../core/ids'
import { momentText } from '../../../core/moment'
import type { Page } from '../../../core/paging'
import { query } from '../../../core/verb'
import { findArchived } from '../archive'
import type { FiledSlip } from '../ingest'
import type { Slip } from '../ingest/schemas'
import { visibleSlips } from './filter'
import { type Neighbours, neighboursOf } from './neighbours'
import { type FoundSlip, findPage } from './page'
import { rowsOf, SLIP_COLUMNS, toView } from './rows'
import { SearchSlipsInput, type SlipPage, type SlipView } from './schemas'
import { windowsOf } from './windows'

/** The slips that fit, newest first, those of the archive after those of the database. */
export const searchSlips = query(
  { permission: 'eslips:read', input: SearchSlipsInput },
  async (ctx, { cursor, limit, ...filter }): Promise<SlipPage> => {
    const { rows, ...page } = await findPage(ctx, filter, { cursor, limit })
    return { ...page, items: rows.map(toView) }
  },
)

export interface WholeSlip extends SlipView {
  slip: Slip
  seq: number
}

/** The same with all that the terminal said of each, for who writes them into files. */
export const searchWholeSlips = query(
  { permission: 'eslips:read', input: SearchSlipsInput },
  async (ctx, { cursor, limit, ...filter }): Promise<Page<WholeSlip>> => {
    const { rows, nextCursor } = await findPage(ctx, filter, { cursor, limit })
    return { items: rows.map((row) => ({ ...toView(row), slip: row.content, seq: row.seq })), nextCursor }
  },
)

/** A slip by its id, wherever it is, and its neighbours of the same terminal; undefined where the caller sees none. */
export async function findSlip(
  ctx: Ctx,
  slipId: string,
): Promise<({ row: FoundSlip } & Neighbours) | undefined> {
  const row = (await findLive(ctx, slipId)) ?? (await findArchived(ctx, slipId))
  return row === undefined ? undefined : { row, ...(await neighboursOf(ctx, row)) }
}

async function findLive(ctx: Ctx, slipId: string): Promise<FiledSlip | undefined> {
  const moment = momentOfId(slipId)
  if (moment === undefined) return undefined
  const [window] = await windowsOf(ctx.sql, { from: momentText(moment), to: momentText(moment + 1) })
  const [row] = await rowsOf(
    ctx,
    sql`select ${SLIP_COLUMNS} from eslips s where ${window?.holds ?? sql`true`} and s.id = ${slipId}
      and ${visibleSlips(ctx) ?? sql`true`}`,
  )
  return row
}
