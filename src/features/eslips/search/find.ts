import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { runPrepared } from '../../../db/prepared'
import type { FiledSlip } from '../ingest'
import { conditionsOf, type SlipCondition, visibleSlips } from './filter'
import { rowsOf, SLIP_COLUMNS } from './rows'
import type { SlipFilter } from './schemas'
import { type Window, windowsOf } from './windows'

/**
 * Finds slips in the database, newest first, at tens of millions of them. As for terminals (decision 0011) every statement
 * bounds its own work:
 *
 *   walk   the index of the pickiest condition, else that of time, is read from the cursor on, newest first; STRIDE slips
 *          at most are asked the other conditions. A statement opens few days (windows.ts), the newest first, until the
 *          page is full.
 *   merge  a caller with limits that asks for nothing picky: the newest of each merchant and terminal in sight, merged.
 *
 * A page may come out short, with the place where the search goes on.
 */
export interface SlipPosition {
  /** RFC 3339 with milliseconds. */
  filedAt: string
  id: string
}

export interface FoundSlips {
  rows: FiledSlip[]
  /** Where to go on; undefined where the database has no more. */
  next: SlipPosition | undefined
}

interface Bounds {
  stride: number
  strides: number
  /** Merchants and terminals that are merged at most. */
  merged: number
}
const BOUNDS: Bounds = { stride: 10_000, strides: 5, merged: 2_000 }

interface Plan {
  ctx: Ctx
  filter: SlipFilter
  limit: number
  bounds: Bounds
}

/** @param bounds how much one call may read */
export async function findSlips(
  ctx: Ctx,
  filter: SlipFilter,
  page: { after: SlipPosition | undefined; limit: number },
  bounds: Bounds = BOUNDS,
): Promise<FoundSlips> {
  const plan: Plan = { ctx, filter, limit: page.limit, bounds }
  const conditions = conditionsOf(filter)
  const visible = visibleSlips(ctx)
  const lead = conditions.find((one) => one.isKey)
  if (visible !== undefined && lead === undefined) {
    const keys = await keysInSight(plan)
    if (keys.length <= bounds.merged) return merge(plan, keys, conditions, page.after)
  }
  const asked = [
    ...conditions.filter((one) => one !== lead).map((one) => one.holds),
    ...(visible === undefined ? [] : [visible]),
  ]
  return walk(plan, lead, asked, page.after)
}

async function walk(
  plan: Plan,
  lead: SlipCondition | undefined,
  asked: readonly SQL[],
  after: SlipPosition | undefined,
): Promise<FoundSlips> {
  const found: FiledSlip[] = []
  let budget = plan.bounds.stride * plan.bounds.strides
  for (const window of await windowsFrom(plan, after)) {
    let from = window.to === undefined ? after : earlier(after, endOf(window.to))
    for (let isDone = false; !isDone; ) {
      if (budget <= 0) return { rows: found, next: from }
      const wanted = plan.limit - found.length
      const along = sql`select * from eslips s where ${lead?.holds ?? sql`true`} and ${window.holds}
        and ${follows(from)} order by ${NEWEST} limit ${plan.bounds.stride}`
      const rows = await rowsOf(
        plan.ctx,
        sql`select ${SLIP_COLUMNS} from (${along}) s where ${allOf(asked)} order by ${NEWEST} limit ${wanted + 1}`,
      )
      found.push(...rows.slice(0, wanted))
      if (rows.length > wanted) return { rows: found, next: found.at(-1) }
      const isEnd = asked.length === 0 && rows.length < plan.bounds.stride
      const { looked, last } = isEnd ? { looked: rows.length, last: undefined } : await lookedAt(plan, along)
      budget -= looked
      isDone = looked < plan.bounds.stride
      from = last
    }
  }
  return { rows: found, next: undefined }
}

/** How many slips a stride had, and the last of a whole one. */
async function lookedAt(
  { ctx, bounds }: Plan,
  along: SQL,
): Promise<{ looked: number; last: SlipPosition | undefined }> {
  const [end] = await runPrepared<{ id: string; ms: number }>(
    ctx.sql,
    sql`select id, (extract(epoch from filed_at) * 1000)::float8 as ms
      from (${along}) p offset ${bounds.stride - 1} limit 1`,
  )
  if (end !== undefined)
    return { looked: bounds.stride, last: { id: end.id, filedAt: new Date(end.ms).toISOString() } }
  const [part] = await runPrepared<{ looked: number }>(
    ctx.sql,
    sql`select count(*)::int as looked from (${along}) p`,
  )
  return { looked: part?.looked ?? 0, last: undefined }
}

/** The windows in which slips can be that follow a place. */
function windowsFrom({ ctx, filter }: Plan, after: SlipPosition | undefined): Promise<Window[]> {
  const { from } = filter
  const ends = [filter.to, after === undefined ? undefined : momentText(Date.parse(after.filedAt) + 1)]
  const to = ends.filter((one) => one !== undefined).sort()[0]
  return windowsOf(ctx.sql, { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) })
}

const LOWEST_ID = '00000000-0000-0000-0000-000000000000'

/** The place behind which all is that is filed before a moment. */
const endOf = (moment: string): SlipPosition => ({ filedAt: moment, id: LOWEST_ID })

function earlier(one: SlipPosition | undefined, other: SlipPosition): SlipPosition {
  return one !== undefined && one.filedAt < other.filedAt ? one : other
}

interface Key {
  column: 'merchant_id' | 'terminal_id'
  id: string
}

/** Merchants and terminals that a caller with limits sees, counted no further than they can be merged. */
async function keysInSight({ ctx, bounds }: Plan): Promise<Key[]> {
  const visibility = visibilityOf(ctx.actor)
  if (visibility.kind === 'all') return []
  const merchants = visibility.merchantIds.map((id): Key => ({ column: 'merchant_id', id }))
  if (visibility.groupIds.length === 0) return merchants
  const members = (await ctx.db.execute(
    sql`select distinct terminal_id as id from terminal_group_members
      where group_id in ${[...visibility.groupIds]} limit ${bounds.merged + 1}`,
  )) as unknown as { id: string }[]
  return [...merchants, ...members.map(({ id }): Key => ({ column: 'terminal_id', id }))]
}

async function merge(
  { ctx, filter, limit, bounds }: Plan,
  keys: readonly Key[],
  conditions: readonly SlipCondition[],
  after: SlipPosition | undefined,
): Promise<FoundSlips> {
  const found: FiledSlip[] = []
  for (const window of await windowsFrom({ ctx, filter, limit, bounds }, after)) {
    const wanted = limit + 1 - found.length
    const all = allOf([...conditions.map((one) => one.holds), window.holds, follows(after)])
    const newest = newestOf(keys, all, wanted)
    if (newest === undefined) break
    found.push(...(await rowsOf(ctx, sql`select ${SLIP_COLUMNS} from (${newest}) s order by ${NEWEST}`)))
    if (found.length > limit) break
  }
  const rows = found.slice(0, limit)
  return { rows, next: found.length > limit ? rows.at(-1) : undefined }
}

/** The newest slips of several merchants and terminals, each once. */
function newestOf(keys: readonly Key[], all: SQL, wanted: number): SQL | undefined {
  const branches = (['merchant_id', 'terminal_id'] as const).flatMap((column) => {
    const ids = keys.filter((one) => one.column === column).map((one) => one.id)
    if (ids.length === 0) return []
    return [
      sql`select x.* from unnest(${sql.param(ids)}::uuid[]) k(id) cross join lateral (
        select s.* from eslips s where s.${sql.identifier(column)} = k.id and ${all}
        order by ${NEWEST} limit ${wanted}) x`,
    ]
  })
  if (branches.length === 0) return undefined
  return sql`select distinct on (s.filed_at, s.id) s.* from (${sql.join(branches, sql` union all `)}) s
    order by ${NEWEST} limit ${wanted}`
}

const allOf = (conditions: readonly SQL[]) =>
  conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `)

const NEWEST = sql`s.filed_at desc, s.id desc`

/** The first half lets an index of time begin there. */
function follows(after: SlipPosition | undefined): SQL {
  if (after === undefined) return sql`true`
  return sql`s.filed_at <= ${after.filedAt}::timestamptz
    and (s.filed_at, s.id) < (${after.filedAt}::timestamptz, ${after.id}::uuid)`
}
