import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../../core/context'
import { escapeLike } from '../../../../core/like'
import { decodeCursor, toPage } from '../../../../core/paging'
import { query } from '../../../../core/verb'
import { visibleTerminals } from '../../../terminals'
import { ruleWarnings } from '../check'
import { ruleNotFound } from '../errors'
import type { StepFacts } from '../facts'
import { loadSteps } from '../load'
import { ListRulesInput, MOST_COUNTED, RuleRef, type RuleView } from '../schemas'
import { updateRules } from '../tables'

export type RuleRow = typeof updateRules.$inferSelect

const Position = z.tuple([z.int32(), z.string()])
const NAME = sql<string>`lower(${updateRules.name}) collate "C"`

/** Rules, the most urgent first. They are for the whole fleet: whoever may see rules sees all, and counts its own terminals. */
export const listRules = query(
  { permission: 'updates:read', input: ListRulesInput },
  async (ctx, { cursor, limit, platform, search, isEnabled }) => {
    const rows = await ctx.db
      .select({ rule: updateRules, name: NAME })
      .from(updateRules)
      .where(
        and(
          platform === undefined ? undefined : eq(updateRules.platform, platform),
          isEnabled === undefined ? undefined : eq(updateRules.isEnabled, isEnabled),
          search === undefined || search === '' ? undefined : named(search),
          cursor === undefined ? undefined : follows(...decodeCursor(cursor, Position)),
        ),
      )
      .orderBy(desc(updateRules.priority), asc(NAME))
      .limit(limit + 1)
    const views = await viewsOf(
      ctx,
      rows.slice(0, limit).map(({ rule }) => rule),
    )
    const page = toPage(
      rows,
      limit,
      ({ rule, name }) => [rule.priority, name],
      () => null,
    )
    return { items: views, nextCursor: page.nextCursor }
  },
)

function named(search: string): SQL {
  return sql`${NAME} like ${`%${escapeLike(search.toLowerCase())}%`}`
}

function follows(priority: number, name: string): SQL {
  return sql`(${updateRules.priority} < ${priority} or (${updateRules.priority} = ${priority} and ${NAME} > ${name}))`
}

/** `rule_not_found`. */
export const getRule = query({ permission: 'updates:read', input: RuleRef }, (ctx, { ruleId }) =>
  findRule(ctx, ruleId),
)

export async function findRule(ctx: Ctx, ruleId: string): Promise<RuleView> {
  const rows = await ctx.db.select().from(updateRules).where(eq(updateRules.id, ruleId))
  const [view] = await viewsOf(ctx, rows)
  if (view === undefined) throw ruleNotFound()
  return view
}

async function viewsOf(ctx: Ctx, rows: readonly RuleRow[]): Promise<RuleView[]> {
  const ids = rows.map(({ id }) => id)
  const [steps, counts, beyond, outdated] = await Promise.all([
    loadSteps(ctx.db, ids),
    countAssigned(ctx, ids),
    beyondLimits(ctx, ids),
    outdatedRollouts(ctx, ids),
  ])
  return rows.map((row) => ({
    ...toView(row, steps.get(row.id) ?? [], outdated.get(row.id)),
    assignedTerminals: counts.get(row.id) ?? 0,
    isWithinLimits: !beyond.has(row.id),
  }))
}

function toView(
  row: RuleRow,
  steps: readonly StepFacts[],
  outdated: string | undefined,
): Omit<RuleView, 'assignedTerminals' | 'isWithinLimits'> {
  return {
    id: row.id,
    name: row.name,
    platform: row.platform as RuleView['platform'],
    models: row.models,
    isEnabled: row.isEnabled,
    priority: row.priority,
    conditions: row.conditions,
    startsAt: row.startsAt?.toISOString() ?? null,
    endsAt: row.endsAt?.toISOString() ?? null,
    notes: row.notes,
    revision: row.revision,
    steps: steps.map(({ position, fromMin, fromMax, waitsForEarlier, package: pack }) => {
      const { id: packageId, component, version, models, fromVersion, sizeBytes } = pack
      return {
        ...{ position, packageId, component, version, models: [...models], fromVersion, sizeBytes },
        ...{ fromMin, fromMax, waitsForEarlier },
      }
    }),
    warnings: [
      ...ruleWarnings({ models: row.models, steps }),
      ...(outdated === undefined ? [] : [{ code: 'rollout_outdated' as const, detail: outdated }]),
    ],
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedBy: row.updatedBy === '' ? row.createdBy : row.updatedBy,
    updatedAt: row.updatedAt.toISOString(),
  }
}

/**
 * How many terminals the caller sees of those that rules are assigned to, up to MOST_COUNTED each. Assignments are walked
 * by their index and looked up one by one, so that a rule for the whole fleet costs no more than the bound.
 */
async function countAssigned(ctx: Ctx, ruleIds: readonly string[]): Promise<Map<string, number>> {
  if (ruleIds.length === 0) return new Map()
  const rows = await ctx.db.execute<{ ruleId: string; count: number }>(sql`
    select r.id as "ruleId", c.count::int as count
    from unnest(${sql.param([...ruleIds])}::uuid[]) r(id)
    cross join lateral (
      select count(distinct f.terminal_id) from (
        select place.terminal_id from update_assignments a
        cross join lateral (${placeOf}) place
        where a.rule_id = r.id
          and exists (select from terminals where terminals.id = place.terminal_id and ${visibleTerminals(ctx)})
        limit ${MOST_COUNTED}) f) c`)
  return new Map(rows.map(({ ruleId, count }) => [ruleId, count]))
}

/** Those of the rules that are assigned to terminals, or to TIDs of nobody, that the caller does not see. */
export async function beyondLimits(
  ctx: Pick<Ctx, 'db' | 'actor'>,
  ruleIds: readonly string[],
): Promise<Set<string>> {
  if (ruleIds.length === 0 || visibilityOf(ctx.actor).kind === 'all') return new Set()
  const rows = await ctx.db.execute<{ ruleId: string }>(sql`
    select r.id as "ruleId" from unnest(${sql.param([...ruleIds])}::uuid[]) r(id) where exists (
      select from update_assignments a left join lateral (${placeOf}) place on true
      where a.rule_id = r.id and not exists (
        select from terminals where terminals.id = place.terminal_id and ${visibleTerminals(ctx)}))`)
  return new Set(rows.map(({ ruleId }) => ruleId))
}

/**
 * Names of the newest rollouts that have finished with another revision of these rules than there is now. Rollouts stand
 * on rules, so that their table is asked by its name.
 */
async function outdatedRollouts(
  { db }: Pick<Ctx, 'db'>,
  ruleIds: readonly string[],
): Promise<Map<string, string>> {
  if (ruleIds.length === 0) return new Map()
  const rows = await db.execute<{ ruleId: string; name: string }>(sql`
    select u.id as "ruleId", r.name from unnest(${sql.param([...ruleIds])}::uuid[]) w(id)
    join update_rules u on u.id = w.id
    cross join lateral (
      select * from rollouts o where o.rule_id = u.id order by o.id desc limit 1) r
    where r.state = 'finished' and r.subject_revision <> u.revision`)
  return new Map(rows.map(({ ruleId, name }) => [ruleId, name]))
}

/** The terminal that stands where an assignment `a` is: the one that has its TID, or the one it names. */
export const placeOf: SQL = sql`
  select k.terminal_id from terminal_tids k
  where k.tid = a.tid and k.acquirer = a.acquirer and k.is_live and a.tid is not null
  union all select a.terminal_id where a.terminal_id is not null limit 1`
