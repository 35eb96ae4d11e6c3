import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { decodeCursor, encodeCursor, invalidCursor } from '../../../core/paging'
import {
  type Branch,
  type Condition,
  conditionsOf,
  NEVER,
  NEVER_SEEN,
  SEEN,
  SEEN_AT,
  type Side,
} from './filter'
import type { StatusFilter } from './schemas'

/**
 * Finds terminals by a filter, page by page, at a million of them. Whatever is asked, no statement may be left to the
 * planner's luck: an estimate that is wrong by the usual factor turns 1 ms into seconds. So each shape below bounds its
 * own work, and the first that can answer does:
 *
 *   narrow  a condition picks few terminals by its index (counted first, and no further): these are looked up one by
 *           one, the other conditions asked of each, and sorted.
 *   walk    else an index that is in the order asked for, begun by a condition where one has such an index, is walked
 *           from the cursor on, asking each terminal, for STRIDE of them at most. Conditions that hold often fill the
 *           page at once.
 *   whole   else, when many were asked and few fitted (conditions that each hold often, and seldom together, or far
 *           down): narrow with a larger bound, or all that fit computed set by set, and the page cut from them.
 *
 * Reading in order without a page to fill (an export) needs no `whole`: it takes what a walk found and walks on.
 */
export interface Order {
  sort: 'serial' | 'lastSeen'
  direction: 'asc' | 'desc'
}

export interface Found {
  ids: string[]
  /** Where to go on; null where nothing follows. */
  nextCursor: string | null
}

interface Bounds {
  narrow: number
  wide: number
  stride: number
}
const BOUNDS: Bounds = { narrow: 5_000, wide: 50_000, stride: 20_000 }
const TRACKS_TRIED = 3

interface Position {
  at: string
  id: string
}
type Row = { id: string; at: string }

interface Plan {
  ctx: Ctx
  conditions: readonly Condition[]
  order: Order
  after: Position | undefined
  limit: number
  bounds: Bounds
}

/**
 * The next page of terminals that fit.
 * @param page `isFull` fills the page; else it may be short though more follow
 * @param bounds how much work each shape may be, in terminals
 */
export async function findTerminals(
  ctx: Ctx,
  filter: StatusFilter,
  order: Order,
  page: { cursor?: string | undefined; limit: number; isFull: boolean },
  bounds: Bounds = BOUNDS,
): Promise<Found> {
  const conditions = conditionsOf({ ...ctx, now: ctx.clock.now() }, filter)
  const after = page.cursor === undefined ? undefined : readCursor(page.cursor, order)
  const plan: Plan = { ctx, conditions, order, after, limit: page.limit, bounds }
  const { rows, end } = await (isNeverLast(order)
    ? findSeenFirst(plan, page.isFull)
    : find(plan, page.isFull))
  const shown = rows.slice(0, page.limit)
  const next = rows.length > page.limit ? shown.at(-1) : end
  return {
    ids: shown.map((row) => row.id),
    nextCursor: next === undefined ? null : writeCursor(next, order),
  }
}

/** One row more than the page has, where there are so many. `end`: the page is short, and the search goes on there. */
interface Rows {
  rows: readonly Row[]
  end?: Position | undefined
}

async function find(plan: Plan, isFull: boolean): Promise<Rows> {
  const { narrow: few, wide: many } = plan.bounds
  const counts = await countBounded(plan.ctx, plan.conditions, few)
  const [narrowest] = [...counts].sort((a, b) => a[1] - b[1])
  if (narrowest?.[1] === 0) return { rows: [] }
  if (narrowest !== undefined && narrowest[1] <= few) return { rows: await narrow(plan, narrowest[0]) }
  for (const track of tracksOf(plan).slice(0, isFull ? TRACKS_TRIED : 1)) {
    const rows = await walk(plan, track)
    if (rows.length > plan.limit) return { rows }
    const end = await endOfStride(plan, track)
    if (end === undefined || !isFull) return { rows, end }
  }
  const [wide] = [...(await countBounded(plan.ctx, plan.conditions, many))].sort((a, b) => a[1] - b[1])
  return { rows: await (wide !== undefined && wide[1] <= many ? narrow(plan, wide[0]) : whole(plan)) }
}

/** By the index who never called comes before who called long ago; people look for the latter. */
const isNeverLast = ({ sort, direction }: Order) => sort === 'lastSeen' && direction === 'asc'

async function findSeenFirst(plan: Plan, isFull: boolean): Promise<Rows> {
  const among = (part: Condition, after: Position | undefined, limit: number) =>
    find({ ...plan, conditions: [...plan.conditions, part], after, limit }, isFull)
  if (plan.after?.at === NEVER) return among(NEVER_SEEN, plan.after, plan.limit)
  const seen = await among(SEEN, plan.after, plan.limit)
  if (seen.end !== undefined || seen.rows.length > plan.limit) return seen
  const never = await among(NEVER_SEEN, undefined, plan.limit - seen.rows.length)
  return { rows: [...seen.rows, ...never.rows], end: never.end }
}

const Cursor = z.tuple([
  z.enum(['serial', 'lastSeen']),
  z.enum(['asc', 'desc']),
  z.string().max(100),
  z.uuid(),
])
const Moment = z.union([z.literal(NEVER), z.iso.datetime()])

function readCursor(cursor: string, order: Order): Position {
  const [sort, direction, at, id] = decodeCursor(cursor, Cursor)
  const isOfOrder = sort === order.sort && direction === order.direction
  if (!isOfOrder || (sort === 'lastSeen' && !Moment.safeParse(at).success)) throw invalidCursor()
  return { at, id }
}

const writeCursor = ({ at, id }: Position, { sort, direction }: Order) =>
  encodeCursor([sort, direction, at, id])

/** How many terminals each condition picks, counted to one above the bound and no further. */
async function countBounded(
  ctx: Ctx,
  conditions: readonly Condition[],
  bound: number,
): Promise<Map<Condition, number>> {
  const counted = conditions.filter((one) => one.branches !== undefined)
  if (counted.length === 0) return new Map()
  const sums = counted.map(({ branches = [] }) =>
    sum(
      branches.map(
        ({ from, where }) =>
          sql`(select count(*) from (select from ${from} where ${where} limit ${bound + 1}) c)`,
      ),
    ),
  )
  const [row] = await rowsOf<{ counts: number[] }>(
    ctx,
    sql`select array[${sql.join(sums, sql`, `)}]::int[] as counts`,
  )
  return new Map(counted.map((condition, at) => [condition, row?.counts[at] ?? 0]))
}

const sum = (parts: readonly SQL[]) => (parts.length === 0 ? sql`0` : sql.join([...parts], sql` + `))

function narrow(plan: Plan, by: Condition): Promise<Row[]> {
  const others = plan.conditions.filter((one) => one !== by)
  const source = sql`with w as materialized (${idsOf(by.branches ?? [])})
    select w.id, ${textOf(plan.order, BASES[plan.order.sort].at)} as at from w`
  const needs = new Set<Side>([BASES[plan.order.sort].side])
  return select(plan, source, others, needs, BASES[plan.order.sort].at, sql`w.id`)
}

const idsOf = (branches: readonly Branch[]): SQL =>
  sql.join(
    branches.map(
      ({ from, where, terminalId }) => sql`select ${terminalId} as id from ${from} where ${where}`,
    ),
    sql` union `,
  )

/** An index in the order asked for. */
interface Track {
  from: SQL
  where: SQL
  id: SQL
  at: SQL
  /** The condition that begins the index, which need not be asked again. */
  by: Condition | undefined
}

/**
 * The indexes that a condition begins, as the conditions are listed: the pickiest first. Where the terminals of one lie
 * far down, those of another may not: serial numbers of a maker stand together.
 */
function tracksOf({ order, conditions, after }: Plan): Track[] {
  if (order.sort === 'lastSeen') {
    const part = conditions.find((one) => one === SEEN || one === NEVER_SEEN)
    // After a place among the seen the bound of their half would only be a second start, and the index took the first.
    const where = part === undefined || (part === SEEN && after !== undefined) ? sql`true` : part.holds
    return [{ from: sql`terminal_presence p`, where, id: sql`p.terminal_id`, at: SEEN_AT, by: part }]
  }
  const serials = { from: sql`terminals t`, id: sql`t.id`, at: sql`t.serial` }
  const begun = conditions.flatMap((condition): Track[] => {
    if (condition.alongSerials !== undefined)
      return [{ ...serials, where: condition.alongSerials, by: condition }]
    const [branch, ...more] = condition.branches ?? []
    if (branch?.serial === undefined || more.length > 0) return []
    return [{ ...branch, id: branch.terminalId, at: branch.serial, by: condition }]
  })
  return begun.length > 0 ? begun : [{ ...serials, where: sql`true`, by: undefined }]
}

function strideOf({ order, after }: Plan, { from, where, id, at }: Track): SQL {
  return sql`select ${id} as id, ${at} as at from ${from}
    where ${where} and ${follows(order, at, id, after)} order by ${sorted(order, at, id)}`
}

function walk(plan: Plan, track: Track): Promise<Row[]> {
  const source = sql`select w.id, ${textOf(plan.order, sql`w.at`)} as at from (${strideOf(plan, track)} limit ${plan.bounds.stride}) w`
  const others = plan.conditions.filter((one) => one !== track.by)
  return select({ ...plan, after: undefined }, source, others, new Set(), sql`w.at`, sql`w.id`)
}

/** The last terminal of a whole stride; undefined where the index ended before. */
async function endOfStride(plan: Plan, track: Track): Promise<Position | undefined> {
  const [row] = await rowsOf<Row>(
    plan.ctx,
    sql`select w.id, ${textOf(plan.order, sql`w.at`)} as at from (${strideOf(plan, track)} offset ${plan.bounds.stride - 1} limit 1) w`,
  )
  return row
}

/** The row that is asked itself, the sets of the others: what the planner joins by hashing. */
async function whole({ ctx, conditions, order, after, limit }: Plan): Promise<Row[]> {
  const base = BASES[order.sort]
  const asked = conditions.map((one) => {
    const isOfBase = one.side === base.side && (one.branches === undefined || one.branches.length === 1)
    return { ...one, joins: !isOfBase && one.branches === undefined ? one.side : undefined, isOfBase }
  })
  const all = asked.map(({ holds, joins, isOfBase, branches = [] }) =>
    isOfBase || joins !== undefined ? holds : sql`${base.id} in (${idsOf(branches)})`,
  )
  const joins = (['terminals', 'status', 'presence'] as const)
    .filter((side) => asked.some((one) => one.joins === side))
    .map((side) => JOINED[side](base.id))
  return rowsOf<Row>(
    ctx,
    sql`select w.id, ${textOf(order, sql`w.at`)} as at from (
      select ${base.id} as id, ${base.at} as at from ${base.from} ${sql.join(joins, sql` `)}
      where ${sql.join([...all, follows(order, base.at, base.id, after)], sql` and `)} offset 0) w
    order by ${sorted(order, sql`w.at`, sql`w.id`)} limit ${limit + 1}`,
  )
}

const JOINED: Record<Side, (id: SQL) => SQL> = {
  terminals: (id) => sql`join terminals on terminals.id = ${id}`,
  status: (id) => sql`left join terminal_status s on s.terminal_id = ${id}`,
  presence: (id) => sql`join terminal_presence p on p.terminal_id = ${id}`,
}

const BASES = {
  serial: { from: sql`terminals`, id: sql`terminals.id`, at: sql`terminals.serial`, side: 'terminals' },
  lastSeen: { from: sql`terminal_presence p`, id: sql`p.terminal_id`, at: SEEN_AT, side: 'presence' },
} as const

/**
 * Completes a source `w` of ids: looks up what the conditions are asked of, row by row, and asks. A lateral row with a
 * limit is never joined in any other way, so that the work is what the source gives, and stops with the page.
 */
function select(
  { ctx, order, after, limit }: Plan,
  source: SQL,
  conditions: readonly Condition[],
  needs: Set<Side>,
  at: SQL,
  id: SQL,
): Promise<Row[]> {
  for (const { side } of conditions) if (side !== 'none') needs.add(side)
  const all = [...conditions.map((one) => one.holds), follows(order, at, id, after)]
  return rowsOf<Row>(
    ctx,
    sql`${source}
      ${sql.join(
        [...needs].map((side) => LOOK_UP[side]),
        sql` `,
      )}
      where ${sql.join(all, sql` and `)} order by ${sorted(order, at, id)} limit ${limit + 1}`,
  )
}

const LOOK_UP: Record<Side, SQL> = {
  terminals: sql`cross join lateral (
    select id, serial, platform, state, merchant_id from terminals x where x.id = w.id limit 1) terminals`,
  status: sql`left join lateral (
    select model, os, app_name, app_version, network_type, network_operator, components, mismatches from terminal_status x where x.terminal_id = w.id limit 1) s on true`,
  presence: sql`cross join lateral (
    select last_seen_at, next_check_in_seconds from terminal_presence x where x.terminal_id = w.id limit 1) p`,
}

/** A place in the order as a cursor carries it, to the microsecond. */
function textOf({ sort }: Order, at: SQL): SQL {
  if (sort === 'serial') return at
  return sql`case when ${at} = '-infinity'::timestamptz then '-infinity'
    else to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end`
}

/** Serial numbers are unique: only times need the id to tell one from another. */
function follows({ sort, direction }: Order, at: SQL, id: SQL, after: Position | undefined): SQL {
  if (after === undefined) return sql`true`
  const is = direction === 'asc' ? sql`>` : sql`<`
  if (sort === 'serial') return sql`${at} ${is} ${after.at}`
  return sql`(${at}, ${id}) ${is} (${after.at}::timestamptz, ${after.id}::uuid)`
}

function sorted({ sort, direction }: Order, at: SQL, id: SQL): SQL {
  const way = direction === 'asc' ? sql`asc` : sql`desc`
  return sort === 'serial' ? sql`${at} ${way}` : sql`${at} ${way}, ${id} ${way}`
}

async function rowsOf<Row>(ctx: Ctx, statement: SQL): Promise<Row[]> {
  return (await ctx.db.execute(statement)) as unknown as Row[]
}
