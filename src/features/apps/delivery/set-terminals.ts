import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { decodeCursor, encodeCursor } from '../../../core/paging'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { decideSetFor, gatherSets } from '../../updates/rollouts'
import { setNotFound, tallyDecisions } from '../sets'
import { ListSetTerminalsInput, SetRef } from '../sets/schemas'
import { appSets } from '../sets/tables'
import { decidedView } from './view'

const permission = 'apps:read'
/** Terminals that one page looks through for an outcome, and that are judged at once. */
const MOST_LOOKED_THROUGH = 20_000
const BATCH = 500

const Position = z.tuple([z.uuid()])
const FIRST = '00000000-0000-0000-0000-000000000000'

/** The terminals of a set that the caller sees, with what it comes to for each now; those of one outcome are looked for. */
export const listSetTerminals = query({ permission, input: ListSetTerminalsInput }, async (ctx, input) => {
  const { setId, outcome, limit } = input
  await requireSet(ctx, setId)
  let after = input.cursor === undefined ? FIRST : decodeCursor(input.cursor, Position)[0]
  const items: ReturnType<typeof toItem>[] = []
  for (let lookedThrough = 0; lookedThrough < MOST_LOOKED_THROUGH; ) {
    const judged = await judge(ctx, setId, after, outcome === undefined ? limit + 1 : BATCH)
    if (judged.length === 0) return { items, nextCursor: null }
    for (const one of judged) {
      if (outcome !== undefined && one.decision.outcome !== outcome) {
        after = one.row.id
        continue
      }
      if (items.length === limit) return { items, nextCursor: encodeCursor([after]) }
      items.push(toItem(ctx, one))
      after = one.row.id
    }
    lookedThrough += judged.length
  }
  return { items, nextCursor: encodeCursor([after]) }
})

/** How far the terminals of a set are that the caller sees: judged one by one, up to 20,000 of them. */
export const setProgress = query({ permission, input: SetRef }, async (ctx, { setId }) => {
  await requireSet(ctx, setId)
  return tallyDecisions(ctx, MOST_LOOKED_THROUGH, async (after) => {
    const decided = await judge(ctx, setId, after ?? FIRST, BATCH)
    return { decided, last: decided.at(-1)?.row.id }
  })
})

interface Row extends Record<string, unknown> {
  id: string
  serial: string
  model: string
}

async function judge(ctx: Ctx, setId: string, after: string, limit: number) {
  const rows = await ctx.db.execute<Row>(sql`
    select terminals.id, terminals.serial, terminals.model from app_connections c
    join terminals on terminals.id = c.terminal_id
    where c.set_id = ${setId} and c.terminal_id > ${after} and ${visibleTerminals(ctx)}
    order by c.terminal_id limit ${limit}`)
  const gathered = await gatherSets(
    ctx,
    rows.map(({ id }) => id),
  )
  const nowMs = ctx.clock.now().getTime()
  return rows.flatMap((row) => {
    const decision = decideSetFor(gathered, row.id, nowMs)
    const terminal = gathered.terminals.get(row.id)
    const connection = gathered.connections.get(row.id)
    // Disconnected in this moment.
    if (decision === undefined || terminal === undefined || connection === undefined) return []
    return [{ row, decision, terminal, connection }]
  })
}

function toItem(ctx: Ctx, { row, decision, connection }: Awaited<ReturnType<typeof judge>>[number]) {
  return {
    ...{ terminalId: row.id, serial: row.serial, model: row.model, revision: decision.revision },
    connectedBy: connection.connectedBy,
    connectedAt: new Date(connection.connectedAt).toISOString(),
    ...decidedView(ctx, decision),
  }
}

async function requireSet({ db }: Ctx, setId: string): Promise<void> {
  if ((await db.$count(appSets, eq(appSets.id, setId))) === 0) throw setNotFound()
}
