import { and, asc, desc, gte, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../core/context'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { connectivityIs } from './connectivity'
import { CONNECTIVITY } from './lists'
import { FleetCounters } from './schemas'
import { fleetSnapshots } from './tables'

const TOP_VERSIONS = 10
const CHART_HOURS = 24
const KEPT_HOURS = 48

export const FleetOverview = FleetCounters.extend({
  at: z.iso.datetime().describe('When this was counted.'),
  samples: z
    .array(
      z.object({
        at: z.iso.datetime(),
        online: z.number().int(),
        late: z.number().int(),
        lost: z.number().int(),
      }),
    )
    .describe(`The last ${CHART_HOURS} hours, oldest first. Empty for callers with limits.`),
})

/**
 * The fleet in numbers. Who sees all of it gets the snapshot of the last minute; who is limited, its own terminals
 * counted now, without what was before.
 */
export const getFleetOverview = query({ permission: 'status:read', input: z.object({}) }, async (ctx) => {
  const now = ctx.clock.now()
  if (visibilityOf(ctx.actor).kind === 'limited')
    return { ...(await countFleet(ctx)), at: now.toISOString(), samples: [] }
  const [last] = await ctx.db.select().from(fleetSnapshots).orderBy(desc(fleetSnapshots.at)).limit(1)
  if (last === undefined) return { ...(await countFleet(ctx)), at: now.toISOString(), samples: [] }
  const samples = await ctx.db
    .select({
      at: fleetSnapshots.at,
      online: ofConnectivity('online'),
      late: ofConnectivity('late'),
      lost: ofConnectivity('lost'),
    })
    .from(fleetSnapshots)
    .where(and(gte(fleetSnapshots.at, new Date(now.getTime() - CHART_HOURS * 3_600_000))))
    .orderBy(asc(fleetSnapshots.at))
  return {
    ...last.counters,
    at: last.at.toISOString(),
    samples: samples.map((one) => ({ ...one, at: one.at.toISOString() })),
  }
})

const ofConnectivity = (name: string) =>
  sql<number>`(${fleetSnapshots.counters} -> 'connectivity' -> ${name}::text)::int`

/**
 * Counts what the caller sees, reading registry and presence once and versions from their index. Retired and revoked
 * terminals are told by state alone: nobody waits for them.
 */
export async function countFleet(ctx: Ctx): Promise<FleetCounters> {
  const { lateIntervals } = ctx.settings.terminals
  const now = ctx.clock.now()
  const cases = CONNECTIVITY.map(
    (one) => sql`when ${connectivityIs(one, now, lateIntervals)} then ${one}::text`,
  )
  const groups = (await ctx.db.execute(sql`
    select terminals.state, terminals.platform,
      case when terminals.state in ('retired', 'revoked') then null ${sql.join(cases, sql` `)} end as connectivity,
      count(*)::int as terminals
    from terminals join terminal_presence p on p.terminal_id = terminals.id
    where ${visibleTerminals(ctx)} group by 1, 2, 3 order by 1, 2, 3`)) as unknown as Group[]
  return { ...toCounters(groups), appVersions: await countVersions(ctx) }
}

async function countVersions(ctx: Ctx): Promise<FleetCounters['appVersions']> {
  const isLimited = visibilityOf(ctx.actor).kind === 'limited'
  const own = sql`and s.terminal_id in (select terminals.id from terminals where ${visibleTerminals(ctx)})`
  return (await ctx.db.execute(sql`
    select s.app_name as "appName", s.app_version as "appVersion", count(*)::int as terminals
    from terminal_status s where s.app_version is not null ${isLimited ? own : sql``}
    group by 1, 2 order by 3 desc, 1, 2 limit ${TOP_VERSIONS}`)) as unknown as FleetCounters['appVersions']
}

interface Group {
  state: string
  platform: string
  connectivity: (typeof CONNECTIVITY)[number] | null
  terminals: number
}

function toCounters(groups: readonly Group[]): Omit<FleetCounters, 'appVersions'> {
  const connectivity = { online: 0, late: 0, lost: 0, never: 0 }
  const platforms: Record<string, number> = {}
  const states: Record<string, number> = {}
  let terminals = 0
  for (const group of groups) {
    terminals += group.terminals
    add(platforms, group.platform, group.terminals)
    add(states, group.state, group.terminals)
    if (group.connectivity !== null) connectivity[group.connectivity] += group.terminals
  }
  return { terminals, connectivity, platforms, states }
}

function add(sums: Record<string, number>, name: string, count: number): void {
  sums[name] = (sums[name] ?? 0) + count
}

/** Keeps how the fleet stands in this minute, and forgets what is too old. */
export async function takeSnapshot(ctx: Ctx): Promise<{ terminals: number }> {
  const at = new Date(Math.floor(ctx.clock.now().getTime() / 60_000) * 60_000)
  const counters = await countFleet(ctx)
  await ctx.db
    .insert(fleetSnapshots)
    .values({ at, counters })
    .onConflictDoUpdate({ target: fleetSnapshots.at, set: { counters } })
  const horizon = new Date(at.getTime() - KEPT_HOURS * 3_600_000)
  await ctx.db.delete(fleetSnapshots).where(sql`${fleetSnapshots.at} < ${horizon.toISOString()}`)
  return { terminals: counters.terminals }
}
