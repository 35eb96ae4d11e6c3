import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../core/context'
import { runPrepared } from '../../../db/prepared'
import type { FiledSlip } from '../ingest'
import { conditionsOf, periodOf, type SlipCondition, visibleSlips } from './filter'
import { rowsOf, SLIP_COLUMNS } from './rows'
import type { SlipFilter } from './schemas'

/**
 * Finds slips in the database, newest first, at tens of millions of them. As for terminals (decision 0011) every statement
 * bounds its own work:
 *
 *   walk   the index of the pickiest condition, else that of time, is read from the cursor on, newest first; STRIDE slips
 *          at most are asked the other conditions. Partitions follow one another in time, so that only those are opened
 *          that the page needs.
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
  const asked = [...conditions.filter((one) => one !== lead).map((one) => one.holds), visible ?? sql`true`]
  return walk(plan, lead, asked, page.after)
}

async function walk(
  plan: Plan,
  lead: SlipCondition | undefined,
  asked: readonly SQL[],
  after: SlipPosition | undefined,
): Promise<FoundSlips> {
  const found: FiledSlip[] = []
  let from = after
  for (let stride = 0; stride < plan.bounds.strides; stride++) {
    const wanted = plan.limit - found.length
    const along = (what: SQL) => sql`select ${what} from eslips s
      where ${lead?.holds ?? sql`true`} and ${periodOf(plan.filter)} and ${follows(from)} order by ${NEWEST}`
    const rows = await rowsOf(
      plan.ctx,
      sql`select ${SLIP_COLUMNS} from (${along(sql`*`)} limit ${plan.bounds.stride}) s
        where ${sql.join([...asked], sql` and `)} order by ${NEWEST} limit ${wanted + 1}`,
    )
    found.push(...rows.slice(0, wanted))
    if (rows.length > wanted) return { rows: found, next: found.at(-1) }
    from = await endOf(plan, along(sql`s.id, s.filed_at`))
    if (from === undefined) return { rows: found, next: undefined }
  }
  return { rows: found, next: from }
}

/** The last slip of a whole stride; undefined where the index ended before. */
async function endOf({ ctx, bounds }: Plan, along: SQL): Promise<SlipPosition | undefined> {
  const [end] = await runPrepared<{ id: string; ms: number }>(
    ctx.sql,
    sql`select id, (extract(epoch from filed_at) * 1000)::float8 as ms from (
      ${along} offset ${bounds.stride - 1} limit 1) p`,
  )
  return end === undefined ? undefined : { id: end.id, filedAt: new Date(end.ms).toISOString() }
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
  { ctx, filter, limit }: Plan,
  keys: readonly Key[],
  conditions: readonly SlipCondition[],
  after: SlipPosition | undefined,
): Promise<FoundSlips> {
  const all = sql.join([...conditions.map((one) => one.holds), periodOf(filter), follows(after)], sql` and `)
  const branches = (['merchant_id', 'terminal_id'] as const).flatMap((column) => {
    const ids = keys.filter((one) => one.column === column).map((one) => one.id)
    if (ids.length === 0) return []
    return [
      sql`select x.* from unnest(${sql.param(ids)}::uuid[]) k(id) cross join lateral (
        select s.* from eslips s where s.${sql.identifier(column)} = k.id and ${all}
        order by ${NEWEST} limit ${limit + 1}) x`,
    ]
  })
  if (branches.length === 0) return { rows: [], next: undefined }
  const newest = sql`select distinct on (s.filed_at, s.id) s.* from (${sql.join(branches, sql` union all `)}) s
    order by ${NEWEST} limit ${limit + 1}`
  const found = await rowsOf(ctx, sql`select ${SLIP_COLUMNS} from (${newest}) s order by ${NEWEST}`)
  const rows = found.slice(0, limit)
  return { rows, next: found.length > limit ? rows.at(-1) : undefined }
}

const NEWEST = sql`s.filed_at desc, s.id desc`

/** The first half lets an index of time begin there. */
function follows(after: SlipPosition | undefined): SQL {
  if (after === undefined) return sql`true`
  return sql`s.filed_at <= ${after.filedAt}::timestamptz
    and (s.filed_at, s.id) < (${after.filedAt}::timestamptz, ${after.id}::uuid)`
}
