import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../core/context'
import { escapeLike } from '../../../core/like'
import { visibleTerminals } from '../../terminals'
import type { EcrLogChoice } from './schemas'

/** Of so many logs at most a step asks the conditions; the first steps are short, as most pages are full at once. */
export const STRIDES: readonly number[] = [1_000, 10_000, 100_000, 100_000, 100_000]

/** Logs of so many terminals at most are read terminal by terminal; where there are more, the logs are asked whose they are. */
const MOST_NAMED = 50

/** A filter as it is looked for among logs `l`. */
interface Search {
  /** Whose logs are read; undefined where those of all are. */
  terminalIds: readonly string[] | undefined
  /** What an index is read by beside that. */
  lead: SQL
  /** The other conditions. */
  asked: readonly SQL[]
}

export interface Found {
  /** The newest first. */
  ids: string[]
  hasMore: boolean
  /** Where no page is full and logs are left: the one that was looked at last. */
  lookedTo: { id: string; receivedMs: number } | undefined
}

/**
 * Finds logs, newest first, at millions of them. Every statement bounds its own work: it reads from the cursor on one index, which
 * holds all that is asked but whose the log is, and asks a stride of it. What is found may be short of the limit, with the
 * place to go on from.
 */
export async function walkLogs(
  ctx: Ctx,
  filter: EcrLogChoice,
  { after, limit }: { after: string | undefined; limit: number },
  strides: Iterable<number>,
): Promise<Found> {
  const search = await searchOf(ctx, filter)
  const ids: string[] = []
  let lookedTo = after === undefined ? undefined : { id: after, receivedMs: 0 }
  for (const stride of strides) {
    const step = await stepOf(ctx, search, lookedTo?.id, stride, limit + 1 - ids.length)
    ids.push(...step.ids)
    if (ids.length > limit) return { ids: ids.slice(0, limit), hasMore: true, lookedTo: undefined }
    if (step.size < stride || step.endId === null) return { ids, hasMore: false, lookedTo: undefined }
    lookedTo = { id: step.endId, receivedMs: step.endMs ?? 0 }
  }
  return { ids, hasMore: true, lookedTo }
}

interface Step {
  ids: string[]
  size: number
  endId: string | null
  endMs: number | null
}

async function stepOf(
  ctx: Ctx,
  { terminalIds, lead, asked }: Search,
  after: string | undefined,
  stride: number,
  most: number,
): Promise<Step> {
  const along = sql`select l.id, l.terminal_id, l.received_at, l.from_at, l.to_at, l.size_bytes, l.card_numbers
    from ecr_logs l where l.state = 'kept' and ${lead} and ${after === undefined ? sql`true` : sql`l.id < ${after}`}`
  const newest = sql`order by l.id desc limit ${stride}`
  const rows =
    terminalIds === undefined
      ? sql`${along} ${newest}`
      : terminalIds.length === 0
        ? sql`${along} and false`
        : sql`select l.* from (select id from terminals where id in ${terminalIds}) t
            cross join lateral (${along} and l.terminal_id = t.id ${newest}) l ${newest}`
  const [step] = (await ctx.db.execute(sql`
    with step as materialized (${rows}), last as (select id, received_at from step order by id limit 1)
    select array(select l.id::text from step l where ${sql.join([sql`true`, ...asked], sql` and `)}
        order by l.id desc limit ${most}) as ids,
      (select count(*)::int from step) as size, (select id from last) as "endId",
      (select (extract(epoch from received_at) * 1000)::float8 from last) as "endMs"`)) as unknown as [Step]
  return step
}

async function searchOf(ctx: Ctx, filter: EcrLogChoice): Promise<Search> {
  const { logIds, from, to, minBytes, maxBytes, hasCardNumbers } = filter
  const asked: SQL[] = []
  if (from !== undefined) asked.push(sql`coalesce(l.to_at, l.received_at) >= ${from}::timestamptz`)
  if (to !== undefined) asked.push(sql`coalesce(l.from_at, l.received_at) < ${to}::timestamptz`)
  if (minBytes !== undefined) asked.push(sql`l.size_bytes >= ${minBytes}`)
  if (maxBytes !== undefined) asked.push(sql`l.size_bytes <= ${maxBytes}`)
  if (hasCardNumbers === false) asked.push(sql`l.card_numbers = 0`)
  const leads = [
    logIds === undefined ? sql`true` : sql`l.id in ${logIds}`,
    hasCardNumbers === true ? sql`l.card_numbers > 0` : sql`true`,
  ]
  let terminalIds: string[] | undefined
  for (const { terminals, isOfSuch } of ownersOf(ctx, filter)) {
    const ids = await upTo(ctx, MOST_NAMED, terminals)
    if (ids === undefined) asked.push(isOfSuch)
    else terminalIds = terminalIds === undefined ? ids : terminalIds.filter((id) => ids.includes(id))
  }
  return { terminalIds, lead: sql.join(leads, sql` and `), asked }
}

/** A condition on whose a log is. */
interface Owner {
  /** Ids of the terminals. */
  terminals: SQL
  /** Whether log `l` is of one of them. */
  isOfSuch: SQL
}

function ownersOf(ctx: Ctx, { terminalId, search, tid }: EcrLogChoice): Owner[] {
  const owners: Owner[] = []
  if (visibilityOf(ctx.actor).kind !== 'all')
    owners.push({
      terminals: sql`select id from terminals where ${visibleTerminals(ctx)}`,
      // Not `exists`: that may be joined with the whole fleet.
      isOfSuch: sql`(select true from terminals where terminals.id = l.terminal_id and ${visibleTerminals(ctx)})`,
    })
  if (terminalId !== undefined)
    owners.push({
      terminals: sql`select ${terminalId}::uuid as id`,
      isOfSuch: sql`l.terminal_id = ${terminalId}`,
    })
  if (search !== undefined) {
    const pattern = `${escapeLike(search)}%`
    const most = MOST_NAMED + 1
    owners.push({
      terminals: sql`(select id from terminals where serial like ${pattern} limit ${most})
        union (select distinct terminal_id as id from terminal_tids where tid like ${pattern} limit ${most})`,
      isOfSuch: sql`(select t.serial like ${pattern} or exists (select from terminal_tids i
        where i.terminal_id = t.id and i.tid like ${pattern}) from terminals t where t.id = l.terminal_id)`,
    })
  }
  if (tid !== undefined)
    owners.push({
      terminals: sql`select distinct terminal_id as id from terminal_tids where tid = ${tid}`,
      isOfSuch: sql`(select true from terminal_tids i where i.terminal_id = l.terminal_id and i.tid = ${tid} limit 1)`,
    })
  return owners
}

/** All ids, or undefined where there are more. */
async function upTo(ctx: Ctx, most: number, terminals: SQL): Promise<string[] | undefined> {
  const rows = (await ctx.db.execute(sql`select id from (${terminals}) t limit ${most + 1}`)) as unknown as {
    id: string
  }[]
  return rows.length > most ? undefined : rows.map(({ id }) => id)
}
