import { and, asc, desc, gte, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../core/context'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { connectivityIs } from './connectivity'
import { CONNECTIVITY, FleetCounters } from './schemas'
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

/** Counts what the caller sees in one reading. Retired and revoked terminals are told by state alone: nobody waits for them. */
export async function countFleet(ctx: Ctx): Promise<FleetCounters> {
  const { lateIntervals } = ctx.settings.terminals
  const now = ctx.clock.now()
  const cases = CONNECTIVITY.map(
    (one) => sql`when ${connectivityIs(one, now, lateIntervals)} then ${one}::text`,
  )
  const rows = (await ctx.db.execute(sql`
    select grouping(state) = 0 as "isState", grouping(platform) = 0 as "isPlatform",
      grouping(app_name, app_version) = 0 as "isVersion", state, platform, app_name as "appName", app_version as "appVersion",
      connectivity, count(*)::int as terminals
    from (
      select terminals.state, terminals.platform, s.app_name, s.app_version,
        case when terminals.state in ('retired', 'revoked') then null ${sql.join(cases, sql` `)} end as connectivity
      from terminals join terminal_presence p on p.terminal_id = terminals.id
        left join terminal_status s on s.terminal_id = terminals.id
      where ${visibleTerminals(ctx)}) counted
    group by grouping sets ((state), (platform), (connectivity), (app_name, app_version))`)) as unknown as Group[]
  return toCounters(rows)
}

interface Group {
  isState: boolean
  isPlatform: boolean
  isVersion: boolean
  state: string
  platform: string
  appName: string | null
  appVersion: string | null
  connectivity: (typeof CONNECTIVITY)[number] | null
  terminals: number
}

function toCounters(rows: readonly Group[]): FleetCounters {
  const counters: FleetCounters = {
    terminals: 0,
    connectivity: { online: 0, late: 0, lost: 0, never: 0 },
    platforms: {},
    states: {},
    appVersions: [],
  }
  for (const row of rows) {
    if (row.isState) {
      counters.states[row.state] = row.terminals
      counters.terminals += row.terminals
    } else if (row.isPlatform) counters.platforms[row.platform] = row.terminals
    else if (row.isVersion) {
      const { appName, appVersion, terminals } = row
      if (appVersion !== null) counters.appVersions.push({ appName, appVersion, terminals })
    } else if (row.connectivity !== null) counters.connectivity[row.connectivity] = row.terminals
  }
  counters.appVersions.sort((a, b) => b.terminals - a.terminals)
  counters.appVersions.splice(TOP_VERSIONS)
  return counters
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
