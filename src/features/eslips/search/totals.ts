import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { query } from '../../../core/verb'
import { runPrepared } from '../../../db/prepared'
import { totalArchived } from '../archive'
import { conditionsOf, visibleSlips } from './filter'
import { type SlipFilter, type SlipTotals, SlipTotalsInput } from './schemas'
import { windowsOf } from './windows'

/** Slips of the database that are counted one by one at most. */
const MOST_COUNTED = 200_000
const HOUR_MS = 3_600_000

type Group = SlipTotals['groups'][number]
type Bounded = SlipFilter & { from: string; to: string }

/**
 * Count and sum of the slips that fit, by currency, type and result. By whole hours where the question allows it, which
 * is as good for ten slips as for ten million, and for archived ones; else slip by slip.
 */
export const totalSlips = query(
  { permission: 'eslips:read', input: SlipTotalsInput },
  async (ctx, filter): Promise<SlipTotals> =>
    isByHour(ctx, filter) ? byHour(ctx, filter) : oneByOne(ctx, filter),
)

const OF_HOURS = new Set(['from', 'to', 'currency', 'type', 'result'])

function isByHour(ctx: Ctx, filter: SlipFilter): boolean {
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined)
  return visibilityOf(ctx.actor).kind === 'all' && asked.every(([name]) => OF_HOURS.has(name))
}

/** Whole hours, and what is left of the first and the last one. */
async function byHour(ctx: Ctx, filter: Bounded): Promise<SlipTotals> {
  const first = Math.ceil(Date.parse(filter.from) / HOUR_MS) * HOUR_MS
  const end = Math.floor(Date.parse(filter.to) / HOUR_MS) * HOUR_MS
  if (first >= end) return oneByOne(ctx, filter)
  const edges = [
    { from: filter.from, to: momentText(first) },
    { from: momentText(end), to: filter.to },
  ].filter((edge) => Date.parse(edge.from) < Date.parse(edge.to))
  const hours = sql`select s.currency, s.type, s.result, s.count, s.amount from eslip_hours s
    where s.hour >= ${momentText(first)}::timestamptz and s.hour < ${momentText(end)}::timestamptz
    and ${all(conditionsOf(filter).map((one) => one.holds))}`
  const parts = await Promise.all(edges.map((edge) => oneByOne(ctx, { ...filter, ...edge })))
  return {
    groups: merged([await sums(ctx, hours), ...parts.map((part) => part.groups)]),
    isWhole: parts.every((part) => part.isWhole),
  }
}

const all = (conditions: readonly SQL[]) =>
  conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `)

/** Those of the database first: a day that leaves meanwhile is counted twice at worst, and never left out. */
async function oneByOne(ctx: Ctx, filter: Bounded): Promise<SlipTotals> {
  const conditions = [...conditionsOf(filter).map((one) => one.holds), visibleSlips(ctx) ?? sql`true`]
  const live: Group[] = []
  let counted = 0
  for (const window of await windowsOf(ctx.sql, filter)) {
    if (counted > MOST_COUNTED) break
    const part = await sums(
      ctx,
      sql`select s.currency, s.type, s.result, 1::bigint as count, s.amount::numeric as amount from eslips s
        where ${window.holds} and ${all(conditions)} limit ${MOST_COUNTED + 1 - counted}`,
    )
    live.push(...part)
    counted += part.reduce((count, one) => count + one.count, 0)
  }
  const archived = await totalArchived(ctx, filter)
  return {
    groups: merged([live, archived.groups]),
    isWhole: archived.isWhole && counted <= MOST_COUNTED,
  }
}

async function sums(ctx: Ctx, slips: SQL): Promise<Group[]> {
  return runPrepared<Group>(
    ctx.sql,
    sql`select currency, type, result, sum(count)::float8 as count, sum(amount)::float8 as amount
      from (${slips}) counted group by 1, 2, 3`,
  )
}

/** One group for each currency, type and result, in their order. */
function merged(parts: readonly (readonly Group[])[]): Group[] {
  const groups = new Map<string, Group>()
  for (const one of parts.flat()) {
    const name = [one.currency, one.type, one.result].join(' ')
    const known = groups.get(name)
    if (known === undefined) groups.set(name, { ...one })
    else {
      known.count += one.count
      known.amount += one.amount
    }
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}
