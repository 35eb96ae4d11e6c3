import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { escapeLike } from '../../../core/like'
import { decodeCursor, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { toDetails } from '../details'
import { terminalNotFound } from '../errors'
import type { TerminalRow } from '../queries'
import { ListTerminalsInput, Serial, type TerminalDetails, TerminalRef } from '../schemas'
import { terminalGroupMembers, terminals, terminalTids } from '../tables'
import { visibleTerminals } from '../visibility'

export const getTerminal = query({ permission: 'terminals:read', input: TerminalRef }, (ctx, input) =>
  loadTerminal(ctx, input.terminalId),
)

/** A terminal the caller sees, for verbs that show it with more; `terminal_not_found`. */
export async function loadTerminal(ctx: Ctx, terminalId: string): Promise<TerminalDetails> {
  const [row] = await ctx.db
    .select()
    .from(terminals)
    .where(and(eq(terminals.id, terminalId), visibleTerminals(ctx)))
  if (row === undefined) throw terminalNotFound()
  return detailsOf(ctx, row)
}

export const findTerminalBySerial = query(
  { permission: 'terminals:read', input: z.object({ serial: Serial }) },
  async (ctx, input) => {
    const [row] = await ctx.db
      .select()
      .from(terminals)
      .where(and(eq(terminals.serial, input.serial), visibleTerminals(ctx)))
    if (row === undefined) throw terminalNotFound()
    return detailsOf(ctx, row)
  },
)

async function detailsOf(ctx: Ctx, row: TerminalRow): Promise<TerminalDetails> {
  const [details] = await toDetails(ctx, [row])
  return details as TerminalDetails
}

const Position = z.tuple([z.string()])

/** Terminals in the order of their serial numbers. */
export const listTerminals = query(
  { permission: 'terminals:read', input: ListTerminalsInput },
  async (ctx, input) => {
    const conditions: (SQL | undefined)[] = [
      visibleTerminals(ctx),
      input.platform === undefined ? undefined : eq(terminals.platform, input.platform),
      input.state === undefined ? undefined : eq(terminals.state, input.state),
      input.merchantId === undefined ? undefined : eq(terminals.merchantId, input.merchantId),
      input.groupId === undefined
        ? undefined
        : sql`exists (select from ${terminalGroupMembers} where ${terminalGroupMembers.terminalId} = ${terminals.id}
          and ${terminalGroupMembers.groupId} = ${input.groupId})`,
      input.search === undefined || input.search === '' ? undefined : startsWith(input.search),
      input.cursor === undefined ? undefined : gt(terminals.serial, decodeCursor(input.cursor, Position)[0]),
    ]
    const rows = await ctx.db
      .select()
      .from(terminals)
      .where(and(...conditions))
      .orderBy(asc(terminals.serial))
      .limit(input.limit + 1)
    const page = toPage(
      rows,
      input.limit,
      (row) => [row.serial],
      (row) => row,
    )
    return { items: await toDetails(ctx, page.items), nextCursor: page.nextCursor }
  },
)

/** Start of a serial number, TID or MID; each by its own index. */
function startsWith(search: string): SQL {
  const pattern = `${escapeLike(search)}%`
  return sql`${terminals.id} in (
    select id from ${terminals} where ${terminals.serial} like ${pattern}
    union select terminal_id from ${terminalTids} where ${terminalTids.tid} like ${pattern}
    union select terminal_id from ${terminalTids} where ${terminalTids.mid} like ${pattern} and ${terminalTids.mid} <> '')`
}
