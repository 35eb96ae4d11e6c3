import { and, desc, eq, gte, inArray, lt, lte, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { decodeCursor, type Page, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { ecrLogNotFound } from './errors'
import { type EcrLogChoice, type EcrLogFilter, EcrLogRef, type EcrLogView, ListEcrLogsInput } from './schemas'
import { ecrLogs } from './tables'

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
  async (ctx, { cursor, limit, ...filter }): Promise<Page<EcrLogView>> => {
    const rows = await ctx.db
      .select(columns)
      .from(ecrLogs)
      .where(
        and(
          conditionOf(ctx, filter),
          cursor === undefined ? undefined : lt(ecrLogs.id, decodeCursor(cursor, Position)[0]),
        ),
      )
      .orderBy(desc(ecrLogs.id))
      .limit(limit + 1)
    return toPage(rows, limit, (row) => [row.id], toView)
  },
)

function conditionOf(ctx: Ctx, filter: EcrLogFilter): SQL | undefined {
  const { terminalId, search, tid, from, to, minBytes, maxBytes, hasCardNumbers } = filter
  return and(
    eq(ecrLogs.state, 'kept'),
    visibleLogs(ctx),
    terminalId === undefined ? undefined : eq(ecrLogs.terminalId, terminalId),
    search === undefined ? undefined : sql`${ecrLogs.terminalId} in (${startingWith(search)})`,
    tid === undefined
      ? undefined
      : sql`${ecrLogs.terminalId} in (select terminal_id from terminal_tids where tid = ${tid})`,
    from === undefined
      ? undefined
      : sql`coalesce(${ecrLogs.toAt}, ${ecrLogs.receivedAt}) >= ${from}::timestamptz`,
    to === undefined
      ? undefined
      : sql`coalesce(${ecrLogs.fromAt}, ${ecrLogs.receivedAt}) < ${to}::timestamptz`,
    minBytes === undefined ? undefined : gte(ecrLogs.sizeBytes, minBytes),
    maxBytes === undefined ? undefined : lte(ecrLogs.sizeBytes, maxBytes),
    hasCardNumbers === undefined
      ? undefined
      : hasCardNumbers
        ? sql`${ecrLogs.cardNumbers} > 0`
        : eq(ecrLogs.cardNumbers, 0),
  )
}

function startingWith(search: string): SQL {
  const pattern = `${search.replace(/[\\%_]/g, '\\$&')}%`
  return sql`select id from terminals where serial like ${pattern}
    union select terminal_id from terminal_tids where tid like ${pattern}`
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
export async function findLogs(
  ctx: Ctx,
  { logIds, ...filter }: EcrLogChoice,
  most: number,
): Promise<FoundLog[]> {
  const named = logIds === undefined ? undefined : inArray(ecrLogs.id, logIds)
  const found = await ctx.db
    .select(columns)
    .from(ecrLogs)
    .where(and(conditionOf(ctx, filter), named))
    .orderBy(desc(ecrLogs.id))
    .limit(most)
  if (logIds !== undefined && found.length < new Set(logIds).size) throw ecrLogNotFound()
  return found
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
