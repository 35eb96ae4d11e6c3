import { asc, inArray, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import type { PlatformId } from '../../../core/platforms'
import type { Database } from '../../../db/client'
import { type StandingAction, standingActions } from '../../actions'
import { packages } from '../packages/tables'
import { componentName } from './component'
import type { Vitals } from './conditions'
import type { RuleFacts, StandingUpdate, StepFacts, TerminalFacts } from './facts'
import { updateRuleSteps, updateRules } from './tables'

/** Rules with their steps and packages, as decisions take them. Without ids: all of the platforms. */
export async function loadRules(
  db: Database,
  which: { ruleIds: readonly string[] } | { platforms: readonly PlatformId[] },
): Promise<RuleFacts[]> {
  const chosen = 'ruleIds' in which ? which.ruleIds : which.platforms
  if (chosen.length === 0) return []
  const rows = await db
    .select()
    .from(updateRules)
    .where(
      'ruleIds' in which
        ? inArray(updateRules.id, [...which.ruleIds])
        : inArray(updateRules.platform, [...which.platforms]),
    )
  const steps = await loadSteps(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => factsOf(row, steps.get(row.id) ?? []))
}

/** A rule that is not saved yet is judged by the same facts. */
export function factsOf(
  row: Pick<
    typeof updateRules.$inferSelect,
    'id' | 'name' | 'platform' | 'models' | 'isEnabled' | 'priority' | 'conditions' | 'startsAt' | 'endsAt'
  >,
  steps: readonly StepFacts[],
): RuleFacts {
  const { id, name, platform, models, isEnabled, priority, conditions } = row
  return {
    ...{ id, name, platform, models, isEnabled, priority, conditions, steps },
    startsAtMs: row.startsAt?.getTime() ?? null,
    endsAtMs: row.endsAt?.getTime() ?? null,
  }
}

/** What an inspector read is long, and decides nothing. */
export const PACKAGE_FACTS = {
  id: packages.id,
  component: packages.component,
  version: packages.version,
  models: packages.models,
  fromVersion: packages.fromVersion,
  sizeBytes: packages.sizeBytes,
}

export async function loadSteps(db: Database, ruleIds: readonly string[]): Promise<Map<string, StepFacts[]>> {
  const found = new Map<string, StepFacts[]>()
  if (ruleIds.length === 0) return found
  const rows = await db
    .select({ step: updateRuleSteps, package: PACKAGE_FACTS })
    .from(updateRuleSteps)
    .innerJoin(packages, sql`${packages.id} = ${updateRuleSteps.packageId}`)
    .where(inArray(updateRuleSteps.ruleId, [...ruleIds]))
    .orderBy(asc(updateRuleSteps.ruleId), asc(updateRuleSteps.position))
  for (const { step, package: pack } of rows) {
    const { position, fromMin, fromMax, waitsForEarlier } = step
    const steps = found.get(step.ruleId) ?? []
    found.set(step.ruleId, steps)
    steps.push({ position, fromMin, fromMax, waitsForEarlier, package: pack })
  }
  return found
}

export interface VitalsRow {
  timeZone: string | null
  networkType: string | null
  batteryPercent: number | null
  isCharging: boolean | null
  freeBytes: number | null
  unsettled: number | null
}

/** What conditions are held against, of a terminal `t`, its status `s` and its presence `p`. */
export const vitalsColumns: SQL = sql`
  t.time_zone as "timeZone", s.status -> 'network' ->> 'type' as "networkType",
  (p.vitals -> 'battery' ->> 'percent')::float8 as "batteryPercent",
  (p.vitals -> 'battery' ->> 'charging')::boolean as "isCharging",
  (p.vitals ->> 'freeBytes')::float8 as "freeBytes",
  (p.vitals -> 'counters' ->> 'unsettled')::float8 as unsettled`

export function vitalsOf(row: VitalsRow, defaultZone: string): Vitals {
  return {
    networkType: row.networkType ?? undefined,
    batteryPercent: row.batteryPercent ?? undefined,
    isCharging: row.isCharging ?? false,
    freeBytes: row.freeBytes ?? undefined,
    unsettled: row.unsettled ?? undefined,
    timeZone: row.timeZone ?? defaultZone,
  }
}

interface TerminalRow extends VitalsRow, Record<string, unknown> {
  terminalId: string
  state: string
  platform: PlatformId
  model: string
  reportedModel: string | null
  hasStatus: boolean
  components: { name: string; version: string }[] | null
  fetched: Record<string, number> | null
}

/** Updates of which a terminal may still have a part; what broke off longer ago was surely cleared away. */
const MOST_FETCHED = 20
const FETCHED_DAYS = 30

/**
 * What is known of these terminals; those that do not exist are missing. They are looked up one by one: by a list of
 * thousands of ids the database would read all there are.
 */
export async function loadTerminalFacts(
  ctx: Pick<Ctx, 'db' | 'settings'>,
  terminalIds: readonly string[],
): Promise<Map<string, TerminalFacts>> {
  if (terminalIds.length === 0) return new Map()
  const rows = await ctx.db.execute<TerminalRow>(sql`
    select t.id as "terminalId", t.state, t.platform, t.model, s.model as "reportedModel",
      s.terminal_id is not null as "hasStatus", s.status -> 'components' as components,
      ${vitalsColumns}, f.fetched
    from unnest(${sql.param([...terminalIds])}::uuid[]) w(id)
    cross join lateral (select * from terminals x where x.id = w.id limit 1) t
    left join lateral (select * from terminal_status x where x.terminal_id = w.id limit 1) s on true
    left join lateral (select * from terminal_presence x where x.terminal_id = w.id limit 1) p on true
    left join lateral (select jsonb_object_agg(e.subject_id, e.percent) as fetched from (
      select distinct on (x.subject_id) x.subject_id, x.progress_percent as percent from terminal_actions x
      where x.terminal_id = w.id and x.kind = 'update' and x.state in ('withdrawn', 'failed') and x.progress_percent > 0
        and x.reason is distinct from 'hash_mismatch' and x.state_at > now() - make_interval(days => ${FETCHED_DAYS})
      order by x.subject_id, x.state_at desc limit ${MOST_FETCHED}) e) f on true`)
  return new Map(rows.map((row) => [row.terminalId, terminalFacts(row, ctx.settings.terminals.timeZone)]))
}

function terminalFacts(row: TerminalRow, defaultZone: string): TerminalFacts {
  const { terminalId, state, platform, hasStatus } = row
  return {
    ...{ terminalId, state, platform, hasStatus },
    models: [row.model, row.reportedModel ?? ''],
    components: new Map((row.components ?? []).map(({ name, version }) => [componentName(name), version])),
    ...vitalsOf(row, defaultZone),
    fetchedPercent: new Map(Object.entries(row.fetched ?? {})),
  }
}

/** Rules of one terminal; the bound keeps the database to looking them up. */
const MOST_ASSIGNED = 1_000

/** The rules that are assigned to these terminals, by their TIDs or themselves. */
export async function loadAssigned(
  db: Database,
  terminalIds: readonly string[],
): Promise<Map<string, Set<string>>> {
  const assigned = new Map<string, Set<string>>()
  if (terminalIds.length === 0) return assigned
  const rows = await db.execute<{ ruleId: string; terminalId: string }>(sql`
    select w.id as "terminalId", a.rule_id as "ruleId"
    from unnest(${sql.param([...terminalIds])}::uuid[]) w(id)
    cross join lateral (
      (select o.rule_id from terminal_tids k
        join update_assignments o on o.tid = k.tid and o.acquirer = k.acquirer
        where k.terminal_id = w.id and k.is_live)
      union (select o.rule_id from update_assignments o where o.terminal_id = w.id)
      limit ${MOST_ASSIGNED}) a`)
  for (const { ruleId, terminalId } of rows)
    assigned.set(terminalId, (assigned.get(terminalId) ?? new Set()).add(ruleId))
  return assigned
}

interface OfferedFile {
  component: string
  version: string
}

/** The updates that stand for these terminals: on offer, to be proved, or failed and not retried. */
export async function loadStanding(
  db: Database,
  terminalIds: readonly string[],
): Promise<Map<string, StandingUpdate[]>> {
  const standing = new Map<string, StandingUpdate[]>()
  for (const action of await standingActions(db, 'update', terminalIds)) {
    const updates = standing.get(action.terminalId) ?? []
    standing.set(action.terminalId, updates)
    updates.push(updateOf(action))
  }
  return standing
}

function updateOf(action: StandingAction): StandingUpdate {
  const files = action.body.files as OfferedFile[]
  const versions = new Map(files.map(({ component, version }) => [componentName(component), version]))
  return {
    actionId: action.id,
    subjectId: action.subjectId,
    state: action.state,
    versions,
    progressPercent: action.progressPercent,
    reason: action.reason,
    offeredAtMs: action.offeredAt.getTime(),
    stateAtMs: action.stateAt.getTime(),
    heardAtMs: (action.heardAt ?? action.offeredAt).getTime(),
    confirmByMs: action.confirmBy?.getTime() ?? null,
  }
}
