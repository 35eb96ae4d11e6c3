import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { query } from '../../../core/verb'
import { terminalNotFound } from '../../terminals'
import { cardFindingsOf } from '../card-findings'
import { findTerminals } from './find'
import { ListStatusInput } from './schemas'
import { terminalStatus } from './tables'
import { loadViews } from './views'

/** How the terminals are, by a filter, in the order asked for. */
export const listStatus = query(
  { permission: 'status:read', input: ListStatusInput },
  async (ctx, { cursor, limit, sort, direction, ...filter }) => {
    const page = { cursor, limit, isFull: true }
    const { ids, nextCursor } = await findTerminals(ctx, filter, { sort, direction }, page)
    return { items: await loadViews(ctx, ids), nextCursor }
  },
)

const TerminalRef = z.object({ terminalId: z.uuid() })

/** Everything one terminal last said of itself. */
export const getStatus = query({ permission: 'status:read', input: TerminalRef }, async (ctx, input) => {
  const [view] = await loadViews(ctx, [input.terminalId])
  if (view === undefined) throw terminalNotFound()
  const [row] = await ctx.db
    .select({ status: terminalStatus.status, receivedAt: terminalStatus.receivedAt })
    .from(terminalStatus)
    .where(eq(terminalStatus.terminalId, input.terminalId))
  const cardFindings = await cardFindingsOf(ctx.db, input.terminalId)
  return {
    ...view,
    status: row?.status ?? null,
    statusAt: row?.receivedAt.toISOString() ?? null,
    cardFindings,
  }
})
