import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { decodeCursor, pageInput, pageOf, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { isVisible, terminalNotFound } from '../../terminals'
import { statusHistory } from './tables'

export const HistoryInput = z.object({ terminalId: z.uuid(), ...pageInput })
export const HistoryPage = pageOf(
  z.object({
    at: z.iso.datetime(),
    changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
  }),
)

const Position = z.tuple([z.iso.datetime({ offset: true }), z.number().int()])

/**
 * What changed at one terminal, newest first. By time before number: months that lie after the position are not
 * looked at, and within a month one index gives the order.
 */
export const listStatusHistory = query(
  { permission: 'status:read', input: HistoryInput },
  async (ctx, input) => {
    if (!(await isVisible(ctx.db, ctx, input.terminalId))) throw terminalNotFound()
    const rows = await ctx.db
      .select({
        id: statusHistory.id,
        at: statusHistory.at,
        changes: statusHistory.changes,
        position: sql<string>`to_char(${statusHistory.at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
      })
      .from(statusHistory)
      .where(and(eq(statusHistory.terminalId, input.terminalId), before(input.cursor)))
      .orderBy(desc(statusHistory.at), desc(statusHistory.id))
      .limit(input.limit + 1)
    return toPage(
      rows,
      input.limit,
      (row) => [row.position, row.id],
      (row) => ({ at: row.at.toISOString(), changes: row.changes }),
    )
  },
)

function before(cursor: string | undefined): SQL | undefined {
  if (cursor === undefined) return undefined
  const [at, id] = decodeCursor(cursor, Position)
  return sql`(${statusHistory.at}, ${statusHistory.id}) < (${at}::timestamptz, ${id}::bigint)`
}
