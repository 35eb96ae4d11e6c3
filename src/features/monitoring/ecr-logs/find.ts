import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { decodeCursor, encodeCursor } from '../../../core/paging'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { ecrLogNotFound } from './errors'
import { type EcrLogChoice, type EcrLogPage, EcrLogRef, type EcrLogView, ListEcrLogsInput } from './schemas'
import { ecrLogs } from './tables'
import { STRIDES, walkLogs } from './walk'

const columns = {
  id: ecrLogs.id,
  terminalId: ecrLogs.terminalId,
  name: ecrLogs.name,
  version: ecrLogs.version,
  charset: ecrLogs.charset,
  sizeBytes: ecrLogs.sizeBytes,
  receivedBytes: ecrLogs.receivedBytes,
  packedBytes: ecrLogs.packedBytes,
  rows: ecrLogs.rows,
  cardNumbers: ecrLogs.cardNumbers,
  firstTime: ecrLogs.firstTime,
  lastTime: ecrLogs.lastTime,
  fromAt: ecrLogs.fromAt,
  toAt: ecrLogs.toAt,
  receivedAt: ecrLogs.receivedAt,
  blobKey: ecrLogs.blobKey,
  serial: sql<string>`(select serial from terminals where terminals.id = ecr_logs.terminal_id)`,
  // Named with its table: the statement names columns without, and in here that would be the other table's own.
  tids: sql<string[]>`coalesce((select array_agg(i.tid order by i.acquirer) from terminal_tids i
    where i.terminal_id = ecr_logs.terminal_id), '{}')`,
}

/** Logs of the terminals that the caller sees. */
function visibleLogs(ctx: Pick<Ctx, 'actor'>): SQL {
  return sql`exists (select from terminals where terminals.id = ${ecrLogs.terminalId} and ${visibleTerminals(ctx)})`
}

const Position = z.tuple([z.uuid()])

/** The newest first. */
export const listEcrLogs = query(
  { permission: 'ecr-logs:read', input: ListEcrLogsInput },
  async (ctx, { cursor, limit, ...filter }): Promise<EcrLogPage> => {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, Position)[0]
    const { ids, hasMore, lookedTo } = await walkLogs(ctx, filter, { after, limit }, STRIDES)
    const last = lookedTo?.id ?? ids.at(-1)
    return {
      items: (await logsOf(ctx, ids)).map(toView),
      nextCursor: hasMore && last !== undefined ? encodeCursor([last]) : null,
      searchedTo: lookedTo === undefined ? null : momentText(lookedTo.receivedMs),
    }
  },
)

/** The newest first; one that has gone since it was found is left out. */
async function logsOf(ctx: Ctx, ids: readonly string[]): Promise<FoundLog[]> {
  if (ids.length === 0) return []
  return ctx.db
    .select(columns)
    .from(ecrLogs)
    .where(and(inArray(ecrLogs.id, [...ids]), eq(ecrLogs.state, 'kept')))
    .orderBy(desc(ecrLogs.id))
}

/** What one log is; `ecr_log_not_found`. */
export const getEcrLog = query({ permission: 'ecr-logs:read', input: EcrLogRef }, async (ctx, { logId }) =>
  toView(await findLog(ctx, logId)),
)

/** A kept log of a terminal that the caller sees, with where its blocks lie; `ecr_log_not_found`. */
export async function findLog(ctx: Ctx, logId: string) {
  const [row] = await ctx.db
    .select({ ...columns, blocks: ecrLogs.blocks })
    .from(ecrLogs)
    .where(and(eq(ecrLogs.id, logId), eq(ecrLogs.state, 'kept'), visibleLogs(ctx)))
  if (row === undefined) throw ecrLogNotFound()
  return row
}

export type FoundLog = Omit<Awaited<ReturnType<typeof findLog>>, 'blocks'>

/** Of those that fit, the newest, so many at most; of logs that are named all, or `ecr_log_not_found`. */
export async function findLogs(ctx: Ctx, choice: EcrLogChoice, most: number): Promise<FoundLog[]> {
  const { ids } = await walkLogs(ctx, choice, { after: undefined, limit: most }, toTheEnd())
  const found = await logsOf(ctx, ids)
  if (choice.logIds !== undefined && found.length < new Set(choice.logIds).size) throw ecrLogNotFound()
  return found
}

/** A file has all that fits: step after step, until there are no more. */
function* toTheEnd(): Generator<number> {
  yield* STRIDES
  for (;;) yield STRIDES.at(-1) as number
}

function toView(row: FoundLog): EcrLogView {
  return {
    id: row.id,
    terminalId: row.terminalId,
    serial: row.serial,
    tids: row.tids,
    name: row.name,
    version: row.version ?? 0,
    charset: row.charset,
    sizeBytes: row.sizeBytes,
    receivedBytes: row.receivedBytes,
    rows: row.rows,
    cardNumbers: row.cardNumbers,
    firstTime: row.firstTime,
    lastTime: row.lastTime,
    from: row.fromAt?.toISOString() ?? null,
    to: row.toAt?.toISOString() ?? null,
    receivedAt: row.receivedAt.toISOString(),
  }
}
