import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../core/context'
import { query } from '../../../core/verb'
import { conditionsOf, periodOf, visibleSlips } from './filter'
import { type SlipFilter, type SlipTotals, SlipTotalsInput } from './schemas'

/** Slips that are counted one by one at most. */
const MOST_COUNTED = 200_000
const HOUR_MS = 3_600_000

type Group = SlipTotals['groups'][number]

/**
 * Count and sum of the slips that fit, by currency, type and result. By whole hours where the question allows it, which
 * is as good for ten slips as for ten million; else slip by slip.
 */
export const totalSlips = query(
  { permission: 'eslips:read', input: SlipTotalsInput },
  async (ctx, filter): Promise<SlipTotals> =>
    isByHour(ctx, filter) ? { groups: await byHour(ctx, filter), isWhole: true } : oneByOne(ctx, filter),
)

const OF_HOURS = new Set(['from', 'to', 'currency', 'type', 'result'])

function isByHour(ctx: Ctx, filter: SlipFilter): boolean {
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined)
  return visibilityOf(ctx.actor).kind === 'all' && asked.every(([name]) => OF_HOURS.has(name))
}

async function byHour(ctx: Ctx, filter: SlipFilter & { from: string; to: string }): Promise<Group[]> {
  const [from, to] = [Date.parse(filter.from), Date.parse(filter.to)]
  const first = Math.ceil(from / HOUR_MS) * HOUR_MS
  const end = Math.floor(to / HOUR_MS) * HOUR_MS
  if (first >= end) return (await oneByOne(ctx, filter)).groups
  const edges = [
    { from: filter.from, to: iso(first) },
    { from: iso(end), to: filter.to },
  ].filter((edge) => Date.parse(edge.from) < Date.parse(edge.to))
  const parts = edges.map((edge) => countedIn(ctx, { ...filter, ...edge }))
  const hours = sql`select s.currency, s.type, s.result, s.count, s.amount from eslip_hours s
    where s.hour >= ${iso(first)}::timestamptz and s.hour < ${iso(end)}::timestamptz
    and ${all(conditionsOf(filter).map((one) => one.holds))}`
  return sums(ctx, sql.join([hours, ...parts], sql` union all `))
}

const iso = (unixMs: number) => new Date(unixMs).toISOString()
const all = (conditions: readonly SQL[]) =>
  conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `)

async function oneByOne(ctx: Ctx, filter: SlipFilter): Promise<SlipTotals> {
  const groups = await sums(ctx, countedIn(ctx, filter, MOST_COUNTED + 1))
  const isWhole = groups.reduce((count, one) => count + one.count, 0) <= MOST_COUNTED
  return { groups, isWhole }
}

function countedIn(ctx: Ctx, filter: SlipFilter, most?: number): SQL {
  const conditions = [...conditionsOf(filter).map((one) => one.holds), visibleSlips(ctx) ?? sql`true`]
  return sql`(select s.currency, s.type, s.result, 1::bigint as count, s.amount::numeric as amount from eslips s
    where ${periodOf(filter)} and ${all(conditions)} ${most === undefined ? sql`` : sql`limit ${most}`})`
}

async function sums(ctx: Ctx, slips: SQL): Promise<Group[]> {
  return (await ctx.db.execute(
    sql`select currency, type, result, sum(count)::float8 as count, sum(amount)::float8 as amount
      from (${slips}) counted group by 1, 2, 3 order by 1, 2, 3`,
  )) as unknown as Group[]
}
