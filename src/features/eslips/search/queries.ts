import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { momentOfId } from '../../../core/ids'
import { decodeCursor, encodeCursor, type Page } from '../../../core/paging'
import { query } from '../../../core/verb'
import type { Slip } from '../ingest/schemas'
import { visibleSlips } from './filter'
import { findSlips, type SlipPosition } from './find'
import { rowsOf, SLIP_COLUMNS, type SlipRow, toView } from './rows'
import { SearchSlipsInput, type SlipPage, type SlipView } from './schemas'

const Cursor = z.tuple([z.literal('live'), z.iso.datetime(), z.uuid()])

/** The slips that fit, newest first. */
export const searchSlips = query(
  { permission: 'eslips:read', input: SearchSlipsInput },
  async (ctx, input): Promise<SlipPage> => {
    const { rows, ...page } = await findPage(ctx, input)
    return { ...page, items: rows.map(toView) }
  },
)

export interface WholeSlip extends SlipView {
  slip: Slip
}

/** The same with all that the terminal said of each, for who writes them into files. */
export const searchWholeSlips = query(
  { permission: 'eslips:read', input: SearchSlipsInput },
  async (ctx, input): Promise<Page<WholeSlip>> => {
    const { rows, nextCursor } = await findPage(ctx, input)
    return { items: rows.map((row) => ({ ...toView(row), slip: row.content })), nextCursor }
  },
)

async function findPage(ctx: Ctx, { cursor, limit, ...filter }: z.output<typeof SearchSlipsInput>) {
  const after = cursor === undefined ? undefined : readCursor(cursor)
  const { rows, next } = await findSlips(ctx, filter, { after, limit })
  return {
    rows,
    nextCursor: next === undefined ? null : encodeCursor(['live', next.filedAt, next.id]),
    searchedTo: next !== undefined && rows.length < limit ? next.filedAt : null,
  }
}

function readCursor(cursor: string): SlipPosition {
  const [, filedAt, id] = decodeCursor(cursor, Cursor)
  return { filedAt, id }
}

/** A slip by its id and its neighbours of the same terminal; undefined where the caller sees none. */
export async function findSlip(
  ctx: Ctx,
  slipId: string,
): Promise<{ row: SlipRow; previousId: string | null; nextId: string | null } | undefined> {
  const row = await findLive(ctx, slipId)
  if (row === undefined) return undefined
  const [previousId, nextId] = await Promise.all([
    neighbour(ctx, row, 'previous'),
    neighbour(ctx, row, 'next'),
  ])
  return { row, previousId, nextId }
}

async function findLive(ctx: Ctx, slipId: string): Promise<SlipRow | undefined> {
  const moment = momentOfId(slipId)
  if (moment === undefined) return undefined
  const [row] = await rowsOf(
    ctx,
    sql`select ${SLIP_COLUMNS} from eslips s
      where s.filed_at = ${new Date(moment).toISOString()}::timestamptz and s.id = ${slipId}
      and ${visibleSlips(ctx) ?? sql`true`}`,
  )
  return row
}

async function neighbour(ctx: Ctx, row: SlipRow, which: 'previous' | 'next'): Promise<string | null> {
  const [is, order] = which === 'previous' ? [sql`<`, sql`desc`] : [sql`>`, sql`asc`]
  const [found] = (await ctx.db.execute(
    sql`select s.id from eslips s where s.terminal_id = ${row.terminalId}
      and s.filed_at ${is}= ${row.filedAt}::timestamptz
      and (s.filed_at, s.id) ${is} (${row.filedAt}::timestamptz, ${row.id}::uuid)
      and ${visibleSlips(ctx) ?? sql`true`}
      order by s.filed_at ${order}, s.id ${order} limit 1`,
  )) as unknown as { id: string }[]
  return found?.id ?? null
}
