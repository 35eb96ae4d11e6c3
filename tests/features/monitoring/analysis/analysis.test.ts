import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Ctx, Services } from '../../../../src/core/context'
import { inMutation } from '../../../../src/core/verb'
import { DIMENSIONS } from '../../../../src/features/monitoring/analysis/dimensions'
import type { Analysis } from '../../../../src/features/monitoring/analysis/schemas'
import { keyOf, scopeOf } from '../../../../src/features/monitoring/analysis/scope'
import {
  analyse,
  askAnew,
  getAnalysis,
  refreshAnalysis,
} from '../../../../src/features/monitoring/analysis/service'
import { countDue, JOB_NAME } from '../../../../src/features/monitoring/analysis/snapshots'
import { listStatus } from '../../../../src/features/monitoring/status/queries'
import type { StatusFilter } from '../../../../src/features/monitoring/status/schemas'
import { filterOf, statusHref } from '../../../../src/features/monitoring/status/ui/filter-state'
import { publishJobs } from '../../../../src/jobs/definitions'
import { jobs } from '../../../../src/jobs/registry'
import { useTestDatabase } from '../../../support/postgres'
import {
  integrator,
  job,
  jobRun,
  limitedOperator,
  makeCtx,
  makeServices,
  operator,
} from '../../../support/services'
import { type Fleet, makeFleet, NOW, TERMINALS } from '../status/fleet'

/** So few that the fleet and its groups are kept, where a million would be. */
const FEW = 3

const database = useTestDatabase()
let now = NOW
let services: Services
let fleet: Fleet
let me: Ctx
let server: Ctx
beforeAll(async () => {
  services = await makeServices(database, { clock: { now: () => now } })
  fleet = await makeFleet(database, services)
  me = makeCtx(services, operator('viewer'))
  server = makeCtx(services, job())
  await publishJobs(database.sql, jobs)
})

const count = (minutesLater = 0) => {
  now = new Date(NOW.getTime() + minutesLater * 60_000)
  return countDue(server, jobRun(), FEW)
}

async function listed(ctx: Ctx, filter: StatusFilter): Promise<number> {
  let sum = 0
  let cursor: string | undefined
  do {
    const page = await listStatus(ctx, { ...filter, limit: 100, ...(cursor ? { cursor } : {}) })
    sum += page.items.length
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return sum
}

const chartOf = (analysis: Analysis, dimension: string, subject: string | null = null) => {
  const found = analysis.charts.find((one) => one.dimension === dimension && one.subject === subject)
  if (found === undefined) throw new Error(`There is no chart ${dimension} of ${subject}.`)
  return found
}
const slicesOf = (analysis: Analysis, dimension: string, subject: string | null = null) =>
  Object.fromEntries(
    chartOf(analysis, dimension, subject).slices.map((one) => [one.value ?? 'null', one.terminals]),
  )

const callers = (): Record<string, Actor> => ({
  everything: operator('viewer'),
  'a group': limitedOperator({ groupIds: [fleet.groups[0] ?? ''] }),
  'groups and a merchant': limitedOperator({
    groupIds: fleet.groups,
    merchantIds: [fleet.merchants[1] ?? ''],
  }),
  nothing: limitedOperator({}),
})

describe('each number of the analysis', () => {
  it.each(['counted at the look', 'counted by the job'])(
    'is how many terminals its filter lists, whoever looks at whatever: %s',
    async (way) => {
      now = NOW
      for (const actor of Object.values(callers())) {
        const ctx = makeCtx(services, actor)
        const choice = fc.record({
          groupId: fc.constantFrom(undefined, ...fleet.groups),
          merchantId: fc.constantFrom(undefined, ...fleet.merchants),
        })
        const looked = fc.asyncProperty(choice, async (places) => {
          const max = way === 'counted by the job' ? 0 : TERMINALS
          if (max === 0) {
            await analyse(ctx, places, max)
            await count()
          }
          const analysis = await analyse(ctx, places, max)
          const given = Object.fromEntries(Object.entries(places).filter(([, id]) => id !== undefined))
          expect(analysis.terminals).toBe(await listed(ctx, given))
          expect(analysis.inService).toBe(await listed(ctx, { ...given, inService: true }))
          expect(new Set(analysis.charts.map((one) => one.dimension))).toEqual(
            new Set(DIMENSIONS.map(({ id }) => id)),
          )
          for (const { dimension, subject, slices } of analysis.charts)
            for (const { value, terminals, filter } of slices)
              expect(await listed(ctx, filter), `${dimension} ${subject} ${value}`).toBe(terminals)
        })
        await fc.assert(looked, { numRuns: 4 })
      }
    },
    120_000,
  )

  it('adds up to the terminals that are told apart', async () => {
    now = NOW
    const analysis = await analyse(me, {}, TERMINALS)
    for (const { dimension, terminals, slices, rest } of analysis.charts) {
      const told = slices.reduce((sum, one) => sum + one.terminals, 0)
      expect(told + rest.terminals).toBe(terminals)
      if (dimension === 'state') expect(terminals).toBe(TERMINALS)
      else if (dimension !== 'component' && dimension !== 'failure')
        expect(terminals, dimension).toBe(analysis.inService)
    }
  })

  it('is found again by the address of the list', async () => {
    const { charts } = await analyse(me, { groupId: fleet.groups[0] }, TERMINALS)
    for (const { slices } of charts)
      for (const { filter } of slices) {
        const { searchParams } = new URL(statusHref(filter), 'http://localhost')
        expect(filterOf({ filter: (name) => searchParams.get(name) ?? undefined })).toEqual(filter)
      }
  })

  it('leaves out who is retired, but where states are told apart', async () => {
    const analysis = await analyse(me, {}, TERMINALS)
    expect(slicesOf(analysis, 'state')).toMatchObject({ active: 120, retired: 40 })
    expect(chartOf(analysis, 'platform').terminals).toBe(TERMINALS - 40)
  })
})

describe('values of terminals', () => {
  it('are the most frequent ones one by one, and all others as one number', async () => {
    const many = await makeServices(database, { clock: { now: () => NOW } })
    const ids = fleet.ids.slice(0, 60)
    await database.sql.begin(async (tx) => {
      await tx`update terminals set state = 'active' where id in ${tx(ids)}`
      await tx`update terminal_status set status = status || jsonb_build_object('os', 'OS ' || terminal_id)
        where terminal_id in ${tx(ids)}`
    })
    const { slices, rest, terminals } = chartOf(
      await analyse(makeCtx(many, operator('viewer')), {}, TERMINALS),
      'os',
    )
    expect(slices).toHaveLength(50)
    expect(rest.values).toBeGreaterThan(5)
    expect(slices.every((one, at) => one.terminals <= (slices[at - 1]?.terminals ?? terminals))).toBe(true)
    await database.sql`update terminal_status set status = status - 'os' where terminal_id in ${database.sql(ids)}`
  })

  it('that a terminal leaves empty are not reported', async () => {
    const id = fleet.ids[1] ?? ''
    const before = slicesOf(await analyse(me, {}, TERMINALS), 'model')
    await database.sql`update terminal_status set status = status || '{"model": ""}' where terminal_id = ${id}`
    const after = slicesOf(await analyse(me, {}, TERMINALS), 'model')
    expect(after.null).toBe((before.null ?? 0) + 1)
    expect(Object.keys(after)).not.toContain('')
  })
})

describe('an analysis that is kept', () => {
  const asked = () => database.sql`select name, requested_by_name as by from job_requests`
  const forgetAll = async () => {
    await database.sql`delete from analysis_scopes`
    await database.sql`delete from job_requests`
  }

  it('says that it is being counted until the job has done so, and asks for the job', async () => {
    await forgetAll()
    now = NOW
    const places = { groupId: fleet.groups[0] }
    const first = await analyse(me, places, FEW)
    expect(first).toMatchObject({ countedAt: null, isAwaited: true, isLive: false, terminals: 0, charts: [] })
    expect(await asked()).toEqual([{ name: JOB_NAME, by: 'the viewer' }])
    expect(await count()).toEqual({ scopes: 2, scopesForgotten: 0 })
    const then = await analyse(me, places, FEW)
    expect(then).toMatchObject({ countedAt: NOW.toISOString(), isAwaited: false, terminals: 80 })
  })

  it('stays as it was until it is older than the setting says', async () => {
    await forgetAll()
    await count()
    const { terminals } = await analyse(me, {}, FEW)
    await database.sql`update terminals set merchant_id = null where id = ${fleet.ids[0] ?? ''}`
    expect(await count(5)).toEqual({ scopes: 0, scopesForgotten: 0 })
    expect(await analyse(me, {}, FEW)).toMatchObject({ countedAt: NOW.toISOString(), terminals })
    expect(await count(10)).toEqual({ scopes: 1, scopesForgotten: 0 })
    expect((await analyse(me, {}, FEW)).countedAt).toBe(now.toISOString())
  })

  it('is counted anew when somebody asks for it, whose name the audit log has', async () => {
    await forgetAll()
    await count()
    const clerk = makeCtx(services, operator())
    now = new Date(NOW.getTime() + 60_000)
    expect(await inMutation(clerk, (scope) => askAnew(scope, {}, FEW))).toEqual({ isAsked: true })
    expect(await analyse(me, {}, FEW)).toMatchObject({ countedAt: NOW.toISOString(), isAwaited: true })
    expect(await asked()).toEqual([{ name: JOB_NAME, by: 'the operator' }])
    const [entry] = await database.sql`
      select action, subject_id, actor_name from audit_entries order by seq desc limit 1`
    expect(entry).toEqual({ action: 'job.run_requested', subject_id: JOB_NAME, actor_name: 'the operator' })
    expect(await count(1)).toEqual({ scopes: 1, scopesForgotten: 0 })
    expect(await analyse(me, {}, FEW)).toMatchObject({ countedAt: now.toISOString(), isAwaited: false })
  })

  it('is not asked for anew where it is counted at each look', async () => {
    const clerk = makeCtx(services, operator())
    expect(await refreshAnalysis(clerk, {})).toEqual({ isAsked: false })
    expect(await getAnalysis(me, {})).toMatchObject({ isLive: true, countedAt: now.toISOString() })
  })

  it('is one for all who see the same, and never that of who sees more', async () => {
    await forgetAll()
    const [north = '', south = ''] = fleet.groups
    const limited = (...groupIds: string[]) => makeCtx(services, limitedOperator({ groupIds }))
    expect(keyOf(scopeOf(limited(north, south, north), {}))).toBe(keyOf(scopeOf(limited(south, north), {})))
    const keys = [
      scopeOf(me, {}),
      scopeOf(limited(), {}),
      scopeOf(limited(north), {}),
      scopeOf(me, { groupId: north }),
      scopeOf(makeCtx(services, limitedOperator({ merchantIds: [north] })), {}),
    ].map(keyOf)
    expect(new Set(keys).size).toBe(5)
    await count()
    const own = await analyse(limited(north), {}, FEW)
    expect(own).toMatchObject({ countedAt: null, terminals: 0 })
    await count()
    expect(await analyse(limited(north), {}, FEW)).toMatchObject({ terminals: 80 })
    expect(await analyse(limited(north), { groupId: south }, FEW)).toMatchObject({ countedAt: null })
  })

  it('is forgotten when nobody has looked at it for a week, but for the whole fleet', async () => {
    await forgetAll()
    now = NOW
    await analyse(me, { groupId: fleet.groups[0] }, FEW)
    await count()
    expect(await count(8 * 24 * 60)).toEqual({ scopes: 1, scopesForgotten: 1 })
    const kept = await database.sql`select key from analysis_scopes`
    expect(kept).toEqual([{ key: keyOf(scopeOf(me, {})) }])
  })

  it('ends between two scopes when its server stops', async () => {
    await forgetAll()
    now = NOW
    await analyse(me, { groupId: fleet.groups[0] }, FEW)
    const stopped = jobRun({ signal: AbortSignal.abort() })
    expect(await countDue(server, stopped, FEW)).toEqual({ scopes: 0, scopesForgotten: 0 })
  })
})

describe('who may', () => {
  it('look: everybody with that right; a program needs its scope', async () => {
    await expect(getAnalysis(makeCtx(services, integrator('status:read')), {})).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect((await getAnalysis(makeCtx(services, integrator('analysis:read')), {})).isLive).toBe(true)
  })

  it('ask for newer numbers: operators, viewers not', async () => {
    await expect(refreshAnalysis(me, {})).rejects.toMatchObject({ code: 'forbidden' })
  })
})
