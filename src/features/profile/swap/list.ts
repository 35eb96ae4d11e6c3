import { and, desc, eq, lt, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { decodeCursor, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { terminals } from '../../terminals/tables'
import { swapNotFound } from '../errors'
import { swaps } from '../tables'
import { ListSwapsInput, SwapRef } from './schemas'
import { toSwapView } from './view'

const Position = z.tuple([z.uuid()])
const olds = alias(terminals, 'old_ones')
const news = alias(terminals, 'new_ones')

/** What was swapped, the latest first; for callers who see both terminals. */
export const listSwaps = query(
  { permission: 'terminals:read', input: ListSwapsInput },
  async (ctx, input) => {
    const { terminalId, cursor, limit } = input
    const rows = await withSerials(ctx)
      .where(
        and(
          terminalId === undefined
            ? undefined
            : or(eq(swaps.oldTerminalId, terminalId), eq(swaps.newTerminalId, terminalId)),
          cursor === undefined ? undefined : lt(swaps.id, decodeCursor(cursor, Position)[0]),
          areBothSeen(ctx),
        ),
      )
      .orderBy(desc(swaps.id))
      .limit(limit + 1)
    return toPage(
      rows,
      limit,
      ({ swap }) => [swap.id],
      ({ swap, ...serials }) => toSwapView({ ...swap, ...serials }),
    )
  },
)

/** `swap_not_found`, also for callers who do not see both terminals. */
export const getSwap = query({ permission: 'terminals:read', input: SwapRef }, async (ctx, { swapId }) => {
  const [row] = await withSerials(ctx).where(and(eq(swaps.id, swapId), areBothSeen(ctx)))
  if (row === undefined) throw swapNotFound()
  const { swap, ...serials } = row
  return toSwapView({ ...swap, ...serials })
})

const withSerials = ({ db }: Pick<Ctx, 'db'>) =>
  db
    .select({ swap: swaps, oldSerial: olds.serial, newSerial: news.serial })
    .from(swaps)
    .innerJoin(olds, eq(olds.id, swaps.oldTerminalId))
    .innerJoin(news, eq(news.id, swaps.newTerminalId))

const areBothSeen = (ctx: Ctx) =>
  and(isSeen(ctx, sql`${swaps.oldTerminalId}`), isSeen(ctx, sql`${swaps.newTerminalId}`))

const isSeen = (ctx: Ctx, id: ReturnType<typeof sql>) =>
  sql`exists (select from ${terminals} where ${terminals.id} = ${id} and ${visibleTerminals(ctx)})`
