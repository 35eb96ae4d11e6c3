import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { writePresence } from '../../../../src/features/monitoring/status'
import { FACETS_MAX, listStatusFacets } from '../../../../src/features/monitoring/status/facets'
import { listStatusHistory } from '../../../../src/features/monitoring/status/history'
import { getFleetOverview, takeSnapshot } from '../../../../src/features/monitoring/status/overview'
import type { StatusView } from '../../../../src/features/monitoring/status/schemas'
import { loadViews } from '../../../../src/features/monitoring/status/views'
import { watchStatus } from '../../../../src/features/monitoring/status/watch'
import { updateTerminal } from '../../../../src/features/terminals/service/register'
import { useTestDatabase } from '../../../support/postgres'
import { job, limitedOperator, makeCtx, makeServices, operator } from '../../../support/services'
import { type Fleet, makeFleet, NOW, TERMINALS } from './fleet'

const database = useTestDatabase()
let services: Services
let fleet: Fleet
let me: Ctx
let south: Ctx
let all: StatusView[]
let now = NOW
beforeAll(async () => {
  services = await makeServices(database, { clock: { now: () => now } })
  fleet = await makeFleet(database, services)
  me = makeCtx(services, operator())
  south = makeCtx(services, limitedOperator({ groupIds: [fleet.groups[1] ?? ''] }))
  all = await loadViews(me, fleet.ids)
})

const ofSouth = () => all.filter((view) => view.groups.some((one) => one.name === 'South'))
const inService = (view: StatusView) => !['retired', 'revoked'].includes(view.state)
const countOf = (views: readonly StatusView[], fits: (view: StatusView) => boolean) =>
  views.filter(fits).length

describe('what can be filtered by', () => {
  it('is every model and version that is reported, once, in order', async () => {
    const { models, appVersions, isCut } = await listStatusFacets(me, {})
    expect(models).toEqual(['MODEL-0', 'MODEL-1', 'MODEL-2', 'MODEL-3', 'MODEL-4', 'MODEL-5'])
    expect(appVersions).toEqual(
      Array.from({ length: 8 }, (_, n) => ({ appName: 'psPos', appVersion: `3.${n}` })),
    )
    expect(isCut).toBe(false)
  })

  it('is for a caller with limits what its own terminals report', async () => {
    const alone = makeCtx(services, limitedOperator({ merchantIds: [fleet.merchants[0] ?? ''] }))
    const own = all.filter((view) => view.merchantId === fleet.merchants[0])
    const { models } = await listStatusFacets(alone, {})
    expect(models).toEqual([...new Set(own.flatMap((view) => view.model ?? []))].sort())
    expect(models.length).toBeLessThan(6)
    expect(await listStatusFacets(makeCtx(services, limitedOperator({})), {})).toMatchObject({ models: [] })
  })

  it('is cut where there are very many, and says so', async () => {
    const undone = database.db.transaction(async (tx) => {
      await tx.execute(sql`insert into terminals (id, serial, platform)
        select gen_random_uuid(), 'CUT-' || n, 'other' from generate_series(1, ${FACETS_MAX}::int) n`)
      await tx.execute(sql`insert into terminal_status (terminal_id, serial, status, status_digest, received_at)
        select id, serial, jsonb_build_object('model', serial), 'x', now() from terminals where serial like 'CUT-%'`)
      const { models, isCut } = await listStatusFacets({ ...me, db: tx }, {})
      expect([models.length, isCut]).toEqual([FACETS_MAX, true])
      tx.rollback()
    })
    await expect(undone).rejects.toThrow('Rollback')
  })
})

describe('the fleet in numbers', () => {
  it('agrees with the rows that are shown', async () => {
    const overview = await getFleetOverview(south, {})
    const own = ofSouth()
    expect(overview).toMatchObject({ terminals: own.length, samples: [] })
    for (const name of ['online', 'late', 'lost', 'never'] as const)
      expect(overview.connectivity[name], name).toBe(
        countOf(own, (view) => inService(view) && view.connectivity === name),
      )
    for (const platform of ['other', 'ingenico-t3'])
      expect(overview.platforms[platform]).toBe(countOf(own, (view) => view.platform === platform))
    expect(overview.states.active).toBe(countOf(own, (view) => view.state === 'active'))
    const [top] = overview.appVersions
    expect(top?.terminals).toBe(countOf(own, (view) => view.appVersion === top?.appVersion))
  })

  it('is counted at once before there is any snapshot, then once a minute, kept for two days', async () => {
    expect(await getFleetOverview(me, {})).toMatchObject({ terminals: TERMINALS, samples: [] })
    const server = makeCtx(services, job())
    for (const hoursAgo of [49, 25, 23, 1, 0]) {
      now = new Date(NOW.getTime() - hoursAgo * 3_600_000)
      await takeSnapshot(server)
    }
    await takeSnapshot(server)
    const { samples, at, connectivity } = await getFleetOverview(me, {})
    expect(samples.map((one) => (NOW.getTime() - Date.parse(one.at)) / 3_600_000)).toEqual([23, 1, 0])
    expect(at).toBe(NOW.toISOString())
    expect(samples.at(-1)).toMatchObject({ online: connectivity.online, late: connectivity.late })
    const kept = await database.sql`select at from fleet_snapshots`
    expect(kept).toHaveLength(4)
    expect((await getFleetOverview(south, {})).samples).toEqual([])
  })
})

describe('the history of a terminal', () => {
  it('goes by time, whatever order it was written in, through months and equal times', async () => {
    const terminalId = fleet.ids[5] ?? ''
    await database.sql`select psm_ensure_partitions('status_history', 2)`
    const [{ month } = { month: new Date() }] = await database.sql<{ month: Date }[]>`
      select (date_trunc('month', now() at time zone 'UTC') + interval '1 month') at time zone 'UTC' as month`
    const times = [3, -2, 1, 1, 1, -5, 2, -1].map((hours) => new Date(month.getTime() + hours * 3_600_000))
    for (const at of times)
      await database.sql`insert into status_history (terminal_id, at, changes) values (${terminalId}, ${at}, '{}')`
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listStatusHistory(me, {
        terminalId,
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      })
      seen.push(...page.items.map((one) => one.at))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(
      times
        .map((at) => at.toISOString())
        .sort()
        .reverse(),
    )
  })
})

describe('watching terminals', () => {
  const next = async (watching: AsyncGenerator<StatusView[], void>) => (await watching.next()).value ?? []

  it('shows all of them at first, then those that differ, and ends with its caller', async () => {
    now = NOW
    const own = ofSouth().map((view) => view.terminalId)
    const [first = '', second = ''] = own
    const leaving = new AbortController()
    const watching = watchStatus.run(south, { terminalIds: own.slice(0, 5) }, leaving.signal)
    const shown = await next(watching)
    expect(shown).toEqual(await loadViews(south, own.slice(0, 5)))
    const heard = {
      seenAtMs: NOW.getTime() + 1_000,
      nextCheckInSeconds: 300,
      clockSkewMs: null,
      vitals: null,
    }
    await writePresence(database.sql, [{ terminalId: first, ...heard }])
    expect((await next(watching)).map((view) => view.terminalId)).toEqual([first])
    now = new Date(NOW.getTime() + 1)
    await updateTerminal(me, { terminalId: second, platform: 'ingenico-t3', notes: 'moved' })
    expect(await next(watching)).toMatchObject([{ terminalId: second, platform: 'ingenico-t3' }])
    const waiting = watching.next()
    await wait(50)
    leaving.abort()
    expect((await waiting).done).toBe(true)
  })

  it('shows nothing of what the caller does not see', async () => {
    const foreign = all.find((view) => !ofSouth().includes(view))?.terminalId ?? ''
    const leaving = new AbortController()
    const own = ofSouth()[0]?.terminalId ?? ''
    const watching = watchStatus.run(south, { terminalIds: [foreign, own] }, leaving.signal)
    expect((await next(watching)).map((view) => view.terminalId)).toEqual([own])
    leaving.abort()
    await watching.return()
  })
})
