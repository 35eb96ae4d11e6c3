import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { explainUpdates } from '../../../../src/features/updates/delivery/explain'
import { judgeTargets } from '../../../../src/features/updates/rollouts/advance/judge-targets'
import { advanceRollouts } from '../../../../src/features/updates/rollouts/advance/run'
import { rolloutJobs } from '../../../../src/features/updates/rollouts/jobs'
import { getRollout, listRolloutTargets } from '../../../../src/features/updates/rollouts/queries'
import { previewRollout, startRollout } from '../../../../src/features/updates/rollouts/service/start'
import {
  pauseRollout,
  resumeRollout,
  retryFailedTargets,
  stopRollout,
} from '../../../../src/features/updates/rollouts/service/steer'
import { changeRule } from '../../../../src/features/updates/rules/service/change'
import { type Job, runJob } from '../../../../src/jobs/schedule'
import { useTestDatabase } from '../../../support/postgres'
import { job, makeCtx, makeServices, operator } from '../../../support/services'
import {
  addTerminals,
  checkIn,
  failOffers,
  makeFleet,
  NEW,
  report,
  reportVersion,
  StandingClock,
  takeOffers,
} from './fleet'

const database = useTestDatabase()
const clock = new StandingClock()
let services: Services
let me: Ctx
let server: Ctx
beforeAll(async () => {
  services = await makeServices(database, { clock })
  me = makeCtx(services, operator())
  server = makeCtx(services, job())
})

// What earlier tests left under way would be advanced with each beat.
beforeEach(() => me.sql`delete from rollouts`)

const never = () => new AbortController().signal
/** One beat of the job, some time after what came before. */
async function beat(passing: Parameters<StandingClock['pass']>[0] = { seconds: 15 }) {
  clock.pass(passing)
  return advanceRollouts(server, never())
}

type Started = Partial<Parameters<typeof startRollout>[1]>
async function roll(size: number, more: Started = {}) {
  const fleet = await makeFleet(me, size)
  const input = {
    ruleId: fleet.ruleId,
    name: `rollout of ${fleet.ruleId}`,
    waves: [{ percent: 20 }, {}],
    ...more,
  }
  const { rolloutId } = await startRollout(me, input)
  return { ...fleet, rolloutId }
}
const look = (rolloutId: string) => getRollout(me, { rolloutId })
const steered = async (rolloutId: string) => ({ rolloutId, revision: (await look(rolloutId)).revision })
async function targets(
  rolloutId: string,
  filter: { wave?: number; state?: 'failed' | 'left' | 'waiting' | 'active' } = {},
) {
  return (await listRolloutTargets(me, { rolloutId, limit: 1000, ...filter })).items
}
const ofWave = async (rolloutId: string, wave: number) =>
  (await targets(rolloutId, { wave })).map(({ terminalId }) => terminalId)
const eventsOf = async (rolloutId: string) => (await look(rolloutId)).events.map(({ what }) => what).reverse()

describe('a rollout of 30 terminals', () => {
  it('goes from its pilot group over a share to the rest, each wave after the one before, and is finished', async () => {
    const fleet = await makeFleet(me, 30)
    const groupId = newId()
    await me.sql`insert into terminal_groups (id, name) values (${groupId}, ${groupId})`
    const pilots = fleet.terminalIds.slice(0, 3)
    for (const id of pilots)
      await me.sql`insert into terminal_group_members (group_id, terminal_id) values (${groupId}, ${id})`
    const waves = [
      { groupId, successPercent: 100 },
      { percent: 20, successPercent: 80, errorPercent: 50 },
      {},
    ]
    const input = { ruleId: fleet.ruleId, waves }
    expect(await previewRollout(me, input)).toEqual({
      terminals: 30,
      waves: [3, 6, 21].map((terminals, position) => ({ position, terminals })),
    })
    const { rolloutId } = await startRollout(me, { ...input, name: 'a whole life' })
    expect((await ofWave(rolloutId, 0)).sort()).toEqual(pilots)

    expect(await takeOffers(me, fleet.terminalIds)).toEqual(pilots)
    await beat()
    expect(await look(rolloutId)).toMatchObject({
      state: 'running',
      wave: 1,
      waves: [{ succeededPercent: 100 }, {}, {}],
    })

    const share = await ofWave(rolloutId, 1)
    const offered = await checkIn(me, fleet.terminalIds)
    expect([...offered.keys()].sort()).toEqual(share.sort())
    await takeOffers(me, share.slice(0, 4))
    await beat()
    expect(await look(rolloutId), '4 of 6 are not 80 %').toMatchObject({
      wave: 1,
      waves: [{}, { counts: { succeeded: 4, active: 2 } }, {}],
    })
    await takeOffers(me, share.slice(4, 5))
    await beat()
    expect((await look(rolloutId)).wave).toBe(2)

    expect(await takeOffers(me, await ofWave(rolloutId, 2))).toHaveLength(21)
    await beat()
    expect(await look(rolloutId)).toMatchObject({ state: 'finished', reason: null })
    expect(await eventsOf(rolloutId)).toEqual(['started', 'wave_opened', 'wave_opened', 'finished'])
    await takeOffers(me, share.slice(5))
    await beat()
    expect(
      (await look(rolloutId)).waves[1]?.counts.succeeded,
      'who comes late is followed all the same',
    ).toBe(6)
  })

  it('tells a terminal of a later wave why it waits, in the same words as it decides', async () => {
    const { rolloutId, ruleId } = await roll(10)
    const [terminalId = ''] = await ofWave(rolloutId, 1)
    const [rule] = (await explainUpdates(me, { terminalId })).rules.filter((one) => one.ruleId === ruleId)
    expect(rule).toMatchObject({
      outcome: 'waits',
      reasons: [{ code: 'wave_not_open', values: { wave: 2, open: 1, percent: 0, needs: 95 } }],
    })
  })

  it('withdraws what terminals of later waves were offered before it began', async () => {
    const { terminalIds, ruleId } = await makeFleet(me, 10)
    expect((await checkIn(me, terminalIds)).size).toBe(10)
    const { rolloutId } = await startRollout(me, { ruleId, name: 'late', waves: [{ count: 2 }, {}] })
    expect([...(await checkIn(me, terminalIds)).keys()].sort()).toEqual((await ofWave(rolloutId, 0)).sort())
  })

  it('leaves nobody to a rule of lower priority who has failed at it, be it waiting, halted or stopped', async () => {
    const { terminalIds, ruleId, rolloutId } = await roll(1, { waves: [{}], maxRetries: 1, retryMinutes: 60 })
    await me.sql`update update_rules set priority = 5 where id = ${ruleId}`
    const lower = await makeFleet(me, 1)
    await me.sql`update packages set version = '1.5.0' where id = ${lower.packageId}`
    await me.sql`insert into update_assignments (id, rule_id, terminal_id, assigned_by, assigned_at)
      select ${newId()}, ${lower.ruleId}, ${terminalIds[0] ?? ''}, 'test', now()`
    const fail = async () => {
      expect(await failOffers(me, terminalIds)).toEqual(terminalIds)
      await beat()
      expect((await checkIn(me, terminalIds)).size).toBe(0)
    }
    await fail()
    clock.pass({ minutes: 61 })
    await fail()
    expect(await targets(rolloutId)).toMatchObject([{ state: 'failed' }])
    await stopRollout(me, await steered(rolloutId))
    expect((await checkIn(me, terminalIds)).size).toBe(0)
    await reportVersion(me, terminalIds[0] ?? '', NEW)
    expect((await checkIn(me, terminalIds)).size, 'nor is it taken back').toBe(0)
  })

  it('gives a terminal that failed before it began a new try', async () => {
    const { terminalIds, ruleId } = await makeFleet(me, 3)
    await failOffers(me, terminalIds)
    clock.pass({ seconds: 1 })
    const { rolloutId } = await startRollout(me, { ruleId, name: 'new try', waves: [{}] })
    await beat()
    expect(await look(rolloutId)).toMatchObject({
      state: 'running',
      waves: [{ counts: { waiting: 3, failed: 0 } }],
    })
    expect((await checkIn(me, terminalIds)).size).toBe(3)
  })
})

describe('failures', () => {
  it('halt the rollout at the threshold; resumed, it goes on and halts at further ones alone', async () => {
    const { rolloutId, terminalIds } = await roll(30, {
      waves: [{ count: 10, successPercent: 80, errorPercent: 20 }, {}],
    })
    const wave = await ofWave(rolloutId, 0)
    await failOffers(me, wave.slice(0, 1))
    await beat()
    expect((await look(rolloutId)).state, '10 % are not 20 %').toBe('running')
    await failOffers(me, wave.slice(1, 2))
    expect(await beat()).toMatchObject({ rolloutsHalted: 1 })
    expect(await look(rolloutId)).toMatchObject({
      state: 'halted',
      reason: { code: 'error_threshold', values: { wave: 0, failed: 2, of: 10, percent: 20 } },
    })
    expect((await checkIn(me, terminalIds)).size, 'nothing new').toBe(0)

    await resumeRollout(me, await steered(rolloutId))
    await beat()
    expect(await look(rolloutId)).toMatchObject({
      state: 'running',
      reason: null,
      waves: [{ counts: { excused: 2, failed: 0 } }, {}],
    })
    await failOffers(me, wave.slice(2, 3))
    await beat()
    expect((await look(rolloutId)).state, '1 of 8 is not 20 %').toBe('running')
    await failOffers(me, wave.slice(3, 4))
    await beat()
    expect(await look(rolloutId)).toMatchObject({ state: 'halted', reason: { values: { failed: 2, of: 8 } } })
  })

  it('take back the offers of their wave that nobody has begun, and leave what is being fetched', async () => {
    const { rolloutId, terminalIds } = await roll(8, { waves: [{ errorPercent: 20 }] })
    const offers = await checkIn(me, terminalIds)
    const [first = '', second = '', fetching = ''] = terminalIds
    for (const id of [first, second])
      await report(me, id, offers.get(id) ?? '', { state: 'failed', reason: 'install_error' })
    await report(me, fetching, offers.get(fetching) ?? '', { state: 'downloading', progressPercent: 5 })
    const last = terminalIds.at(-1) ?? ''
    const told = async () => (await me.sql`select from change_feed where subject_id = ${last}`).length
    const before = await told()
    expect(await beat()).toMatchObject({ rolloutsHalted: 1 })
    expect(await told(), 'servers hear of it').toBe(before + 1)
    expect([...(await checkIn(me, terminalIds)).keys()]).toEqual([fetching])
    await resumeRollout(me, await steered(rolloutId))
    expect((await checkIn(me, terminalIds)).size, 'again all but those that failed').toBe(6)
  })

  it('stay excused where the rollout was resumed while a beat was judging them', async () => {
    const { rolloutId, ruleId } = await roll(10, { waves: [{ errorPercent: 20 }] })
    await failOffers(me, (await ofWave(rolloutId, 0)).slice(0, 2))
    await beat()
    const tries = { silentMinutes: 60, maxRetries: 0, retryMinutes: 60 }
    let judging: Promise<unknown> | undefined
    await me.sql.begin(async (sql) => {
      // What a beat reads after its targets: it waits here with what it knows of them.
      await sql`lock table update_assignments in access exclusive mode`
      judging = judgeTargets(
        server,
        { rolloutId, subject: { kind: 'rule', id: ruleId, revision: 1 }, wave: 0, tries },
        never(),
      )
      await vi.waitFor(async () =>
        expect(await me.sql`select 1 from pg_locks where not granted`).not.toEqual([]),
      )
      await resumeRollout(me, await steered(rolloutId))
    })
    await judging
    await beat()
    expect(await look(rolloutId)).toMatchObject({ state: 'running', waves: [{ counts: { excused: 2 } }] })
  })

  it('are tried again by themselves, later each time, and count when no try is left', async () => {
    const { rolloutId, terminalIds } = await roll(5, {
      waves: [{ errorPercent: 100 }],
      maxRetries: 2,
      retryMinutes: 30,
    })
    const [terminalId = ''] = terminalIds
    await failOffers(me, [terminalId])
    await beat()
    expect((await targets(rolloutId)).find((one) => one.terminalId === terminalId)).toMatchObject({
      state: 'waiting',
      reason: 'install_error',
      retries: 1,
    })
    expect((await checkIn(me, [terminalId])).size, 'not yet').toBe(0)
    await beat({ minutes: 31 })
    expect(await failOffers(me, [terminalId])).toEqual([terminalId])
    await beat()
    clock.pass({ minutes: 31 })
    expect((await checkIn(me, [terminalId])).size, 'twice as long').toBe(0)
    clock.pass({ minutes: 30 })
    expect(await failOffers(me, [terminalId])).toEqual([terminalId])
    await beat()
    expect(await targets(rolloutId, { state: 'failed' })).toMatchObject([
      { terminalId, retries: 2, reason: 'install_error' },
    ])
    clock.pass({ minutes: 600 })
    expect((await checkIn(me, [terminalId])).size).toBe(0)
  })

  it('are tried again when an operator says so, and then succeed', async () => {
    const { rolloutId, terminalIds } = await roll(4, { waves: [{ successPercent: 100 }] })
    await failOffers(me, terminalIds)
    await beat()
    expect((await look(rolloutId)).state).toBe('halted')
    clock.pass({ seconds: 1 })
    expect(await retryFailedTargets(me, await steered(rolloutId))).toMatchObject({
      terminals: 4,
      state: 'halted',
    })
    await beat()
    const [open] = await me.sql`select count(*)::int as count from terminal_actions
      where terminal_id = any(${terminalIds}) and state = 'failed' and retried_at is null`
    expect(open?.count).toBe(0)
    expect((await checkIn(me, terminalIds)).size, 'it is halted still').toBe(0)
    await resumeRollout(me, await steered(rolloutId))
    expect(await takeOffers(me, terminalIds)).toHaveLength(4)
    await beat()
    expect((await look(rolloutId)).state).toBe('finished')
    await expect(retryFailedTargets(me, await steered(rolloutId))).rejects.toMatchObject({
      code: 'nothing_to_retry',
    })
  })

  it('halt it too where every terminal has ended and too few succeeded', async () => {
    const { rolloutId, terminalIds } = await roll(10, { waves: [{ successPercent: 90, errorPercent: 50 }] })
    await failOffers(me, terminalIds.slice(0, 2))
    await takeOffers(me, terminalIds.slice(2))
    await beat()
    expect(await look(rolloutId)).toMatchObject({ state: 'halted', reason: { code: 'success_out_of_reach' } })
    await resumeRollout(me, await steered(rolloutId))
    await beat()
    expect((await look(rolloutId)).state).toBe('finished')
  })
})

describe('silence', () => {
  it('is a failure after its time; progress is none, and who succeeds late has succeeded', async () => {
    const { rolloutId, terminalIds } = await roll(3, { waves: [{ errorPercent: 100 }], silentMinutes: 60 })
    const [silent = '', slow = ''] = terminalIds
    const offers = await checkIn(me, [silent, slow])
    await beat()
    for (let hours = 0; hours < 3; hours++) {
      await beat({ minutes: 50 })
      await report(me, slow, offers.get(slow) ?? '', { state: 'downloading', progressPercent: hours })
    }
    await beat()
    expect(await targets(rolloutId, { state: 'failed' })).toMatchObject([
      { terminalId: silent, reason: 'silent' },
    ])
    expect(await targets(rolloutId, { state: 'active' })).toMatchObject([{ terminalId: slow }])
    await reportVersion(me, silent, NEW)
    await checkIn(me, [silent])
    await beat()
    expect((await look(rolloutId)).waves[0]?.counts).toMatchObject({ succeeded: 1, failed: 0 })
  })
})

describe('an operator', () => {
  it('pauses: what is under way goes on, nothing new is offered; resumes: it goes on', async () => {
    const { rolloutId, terminalIds } = await roll(4, { waves: [{}] })
    const [first = '', ...others] = terminalIds
    const offers = await checkIn(me, [first])
    await pauseRollout(me, await steered(rolloutId))
    expect((await checkIn(me, terminalIds)).get(first)).toBe(offers.get(first))
    expect((await checkIn(me, others)).size).toBe(0)
    await resumeRollout(me, await steered(rolloutId))
    expect((await checkIn(me, others)).size).toBe(3)
  })

  it('stops: what is not installed is withdrawn, and nothing is offered until another rollout', async () => {
    const { rolloutId, ruleId, terminalIds } = await roll(4, { waves: [{}] })
    expect((await checkIn(me, terminalIds)).size).toBe(4)
    await stopRollout(me, await steered(rolloutId))
    expect((await checkIn(me, terminalIds)).size).toBe(0)
    await beat()
    expect((await look(rolloutId)).state).toBe('stopped')
    for (const verb of [pauseRollout, resumeRollout, stopRollout, retryFailedTargets])
      await expect(verb(me, await steered(rolloutId))).rejects.toMatchObject({
        code: 'rollout_state_refused',
      })
    await startRollout(me, { ruleId, name: 'again', waves: [{}] })
    expect((await checkIn(me, terminalIds)).size).toBe(4)
  })

  it('is told when it was changed meanwhile, but not because a wave opened', async () => {
    const { rolloutId } = await roll(10)
    const read = await steered(rolloutId)
    await takeOffers(me, await ofWave(rolloutId, 0))
    await beat()
    expect((await look(rolloutId)).wave).toBe(1)
    await pauseRollout(me, read)
    await expect(stopRollout(me, read)).rejects.toMatchObject({ code: 'rollout_changed' })
  })

  it('hears of each step in the audit log', async () => {
    const { rolloutId } = await roll(2, { waves: [{}] })
    await pauseRollout(me, await steered(rolloutId))
    await resumeRollout(me, await steered(rolloutId))
    await takeOffers(me, await ofWave(rolloutId, 0))
    await beat()
    const rows =
      await me.sql`select action, actor_kind as by from audit_entries where subject_id = ${rolloutId} order by seq`
    expect(rows.map(({ action, by }) => `${action} ${by}`)).toEqual([
      'rollout.started operator',
      'rollout.paused operator',
      'rollout.resumed operator',
      'rollout.finished job',
    ])
  })
})

describe('the terminals of a rollout', () => {
  it('are at it so many at once as it says, and the next follow as soon as some are through', async () => {
    const { rolloutId, terminalIds } = await roll(6, { waves: [{}], maxActive: 2 })
    expect((await checkIn(me, terminalIds)).size).toBe(2)
    expect((await checkIn(me, terminalIds)).size).toBe(2)
    await takeOffers(me, terminalIds)
    await beat()
    expect((await look(rolloutId)).waves[0]?.counts).toMatchObject({ succeeded: 2 })
    expect((await checkIn(me, terminalIds)).size).toBe(2)
  })

  it('leave when the rule is not for them, are not counted, and come back', async () => {
    const { rolloutId, terminalIds } = await roll(5, { waves: [{}] })
    const [gone = '', blank = ''] = terminalIds
    await me.sql`delete from update_assignments where terminal_id = ${gone}`
    await me.sql`update terminals set state = 'suspended', updated_at = ${clock.now()} where id = ${blank}`
    await beat()
    expect((await targets(rolloutId, { state: 'left' })).map(({ reason }) => reason).sort()).toEqual([
      'not_assigned',
      'terminal_not_active',
    ])
    await me.sql`update terminals set state = 'active', updated_at = ${clock.now()} where id = ${blank}`
    await beat()
    expect(await targets(rolloutId, { state: 'left' })).toMatchObject([
      { terminalId: gone, reason: 'not_assigned' },
    ])
    await me.sql`insert into update_assignments (id, rule_id, terminal_id, assigned_by, assigned_at)
      select ${newId()}, rule_id, ${gone}, 'test', now() from rollouts where id = ${rolloutId}`
    await beat()
    expect(await targets(rolloutId, { state: 'left' })).toEqual([])
  })

  it('that are assigned later join the last wave, and wait for it from the first moment', async () => {
    const { rolloutId, ruleId } = await roll(10)
    const late = await addTerminals(me, ruleId, 2)
    expect((await checkIn(me, late)).size).toBe(0)
    await beat()
    expect(await ofWave(rolloutId, 1)).toEqual(expect.arrayContaining(late))
  })

  it('of a wave in which the rule is for nobody do not hold up the next', async () => {
    const { rolloutId } = await roll(10)
    for (const id of await ofWave(rolloutId, 0))
      await me.sql`update terminals set state = 'retired' where id = ${id}`
    await beat({ minutes: 6 })
    expect(await look(rolloutId)).toMatchObject({ wave: 1, waves: [{ counts: { left: 2 } }, {}] })
  })
})

describe('a rule', () => {
  it('that is off is assigned in peace; the start switches it on, and it reaches the first wave alone', async () => {
    const { ruleId, terminalIds } = await makeFleet(me, 6)
    const { revision } = await changeRule(me, { ruleId, revision: 1, isEnabled: false })
    expect((await checkIn(me, terminalIds)).size).toBe(0)
    const { rolloutId } = await startRollout(me, { ruleId, name: 'from off', waves: [{ count: 2 }, {}] })
    await beat()
    expect([...(await checkIn(me, terminalIds)).keys()].sort()).toEqual((await ofWave(rolloutId, 0)).sort())
    expect(await look(rolloutId)).toMatchObject({ state: 'running', wave: 0 })
    await expect(
      changeRule(me, { ruleId, revision, notes: 'x' }),
      'who has it open is told',
    ).rejects.toMatchObject({ code: 'rule_changed' })
  })

  it('that is changed after its rollout has finished waits for another one, but not for a name or its switch', async () => {
    const { rolloutId, ruleId, terminalIds } = await roll(4, { waves: [{}] })
    await takeOffers(me, terminalIds)
    await beat()
    expect((await look(rolloutId)).state).toBe('finished')
    const later = await addTerminals(me, ruleId, 1)
    let { revision } = await changeRule(me, { ruleId, revision: 1, notes: 'all have it' })
    revision = (await changeRule(me, { ruleId, revision, isEnabled: false })).revision
    revision = (await changeRule(me, { ruleId, revision, isEnabled: true })).revision
    expect((await checkIn(me, later)).size, 'what the waves vouch for goes on').toBe(1)
    const changed = await changeRule(me, { ruleId, revision, conditions: { minBatteryPercent: 20 } })
    expect(changed.warnings).toEqual([{ code: 'rollout_outdated', detail: (await look(rolloutId)).name }])
    const [terminalId = ''] = await addTerminals(me, ruleId, 1)
    expect((await checkIn(me, [terminalId])).size).toBe(0)
    const [rule] = (await explainUpdates(me, { terminalId })).rules.filter((one) => one.ruleId === ruleId)
    expect(rule).toMatchObject({ outcome: 'waits', reasons: [{ code: 'rollout_outdated' }] })
    await startRollout(me, { ruleId, name: 'all at once', waves: [{}] })
    expect((await checkIn(me, [terminalId])).size).toBe(1)
    const { warnings } = await changeRule(me, { ruleId, revision: changed.revision, name: `named ${ruleId}` })
    expect(warnings, 'it is on its way').toEqual([])
  })

  it('that is switched off halts the rollout instead of emptying it', async () => {
    const { rolloutId, ruleId } = await roll(10)
    await me.sql`update update_rules set is_enabled = false, updated_at = ${clock.now()} where id = ${ruleId}`
    await beat()
    expect(await look(rolloutId)).toMatchObject({
      state: 'halted',
      reason: { code: 'rule_disabled' },
      wave: 0,
      waves: [{ counts: { waiting: 2, left: 0 } }, {}],
    })
  })

  it('that is changed on the way goes no further until somebody has looked, and then to all again', async () => {
    const { rolloutId, ruleId, terminalIds } = await roll(10)
    await takeOffers(me, (await ofWave(rolloutId, 0)).slice(0, 1))
    await beat()
    await me.sql`update update_rules set revision = revision + 1, updated_at = ${clock.now()} where id = ${ruleId}`
    expect((await checkIn(me, terminalIds)).size, 'at once, without the job').toBe(0)
    await beat()
    expect(await look(rolloutId)).toMatchObject({ state: 'halted', reason: { code: 'rule_changed' } })
    await resumeRollout(me, await steered(rolloutId))
    await beat()
    expect(await look(rolloutId)).toMatchObject({
      state: 'running',
      waves: [{ counts: { succeeded: 1, waiting: 1 } }, {}],
    })
    expect((await checkIn(me, terminalIds)).size).toBe(1)
  })

  it('has one rollout at a time, needs terminals, and waves that add up', async () => {
    const { ruleId } = await roll(3)
    const start = (more: object) => startRollout(me, { ruleId, name: 'x', waves: [{}], ...more })
    await expect(start({})).rejects.toMatchObject({ code: 'rollout_under_way' })
    const { ruleId: lonely } = await makeFleet(me, 1)
    await me.sql`delete from update_assignments where rule_id = ${lonely}`
    await expect(start({ ruleId: lonely })).rejects.toMatchObject({ code: 'rollout_without_terminals' })
    await expect(start({ ruleId: newId() })).rejects.toMatchObject({ code: 'rule_not_found' })
    const { ruleId: free } = await makeFleet(me, 3)
    await expect(start({ ruleId: free, waves: [{ count: 4 }, {}] })).rejects.toMatchObject({
      code: 'waves_do_not_add_up',
    })
    await expect(start({ ruleId: free, waves: [{ groupId: newId() }, {}] })).rejects.toMatchObject({
      code: 'group_not_found',
    })
    for (const waves of [[{ percent: 10 }], [{}, {}], [{ percent: 5 }, { groupId: newId() }, {}], []])
      await expect(start({ ruleId: free, waves })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('is started once where two start it at the same moment', async () => {
    const { ruleId } = await makeFleet(me, 3)
    const start = () => startRollout(me, { ruleId, name: 'x', waves: [{}] })
    const outcomes = await Promise.allSettled([start(), start(), start()])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
  })
})

describe('the job', () => {
  const [advance] = rolloutJobs as [Job]

  it('goes on where a server died in the middle of its batches', async () => {
    const { rolloutId, terminalIds } = await roll(600, { waves: [{ count: 550, successPercent: 100 }, {}] })
    expect(await takeOffers(me, terminalIds)).toHaveLength(550)
    clock.pass({ seconds: 15 })
    // Each batch is written in one.
    const dying = atTransaction(server, 2, () => Promise.reject(new Error('killed')))
    await expect(advanceRollouts(dying, never())).rejects.toThrow('killed')
    expect(await look(rolloutId), 'one batch stands, no step was taken').toMatchObject({ wave: 0 })
    const [seen] = await me.sql`select count(*)::int as count from rollout_targets
      where rollout_id = ${rolloutId} and state = 'succeeded'`
    expect(seen?.count).toBe(500)
    await beat()
    expect(await look(rolloutId)).toMatchObject({ wave: 1, waves: [{ counts: { succeeded: 550 } }, {}] })
  })

  it('does not undo what an operator decided between its reading and its writing', async () => {
    const { rolloutId, terminalIds } = await roll(2, { waves: [{ errorPercent: 100 }] })
    await failOffers(me, terminalIds.slice(0, 1))
    await beat()
    const steering = await steered(rolloutId)
    clock.pass({ minutes: 6 })
    const slow = atTransaction(server, 1, async () => {
      await retryFailedTargets(me, steering)
    })
    await advanceRollouts(slow, never())
    expect(await targets(rolloutId, { state: 'failed' })).toEqual([])
    await beat()
    expect((await checkIn(me, terminalIds)).size).toBe(2)
  })

  it('that runs on two servers at once opens each wave once and counts each failure once', async () => {
    const { rolloutId, terminalIds } = await roll(40, {
      waves: [{ count: 10, successPercent: 50, errorPercent: 60 }, {}],
      maxRetries: 1,
    })
    const wave = await ofWave(rolloutId, 0)
    await failOffers(me, wave.slice(0, 4))
    await takeOffers(me, wave.slice(4))
    clock.pass({ seconds: 15 })
    await Promise.all(Array.from({ length: 4 }, () => advanceRollouts(server, never())))
    await beat()
    expect(await eventsOf(rolloutId)).toEqual(['started', 'wave_opened'])
    const retries = (await targets(rolloutId, { wave: 0 })).map((one) => one.retries)
    expect(retries.filter((one) => one === 1)).toHaveLength(4)
    expect(terminalIds).toHaveLength(40)
  })

  it('stops between two batches when it is told to, and says what it did', async () => {
    await roll(3)
    const stopping = new AbortController()
    stopping.abort()
    expect(await advanceRollouts(server, stopping.signal)).toMatchObject({ rollouts: 0, targetsChanged: 0 })
    expect(await runJob(services, advance, 'a server', never())).toBe(true)
    const [run] =
      await me.sql`select outcome, details from job_runs where name = ${advance.name} order by started_at desc`
    expect(run).toMatchObject({ outcome: 'done', details: { rollouts: expect.any(Number) } })
  })
})

/** A server to which something happens as it begins its n-th transaction. */
function atTransaction(ctx: Ctx, count: number, happens: () => Promise<void>): Ctx {
  let begun = 0
  const db = new Proxy(ctx.db, {
    get(target, name) {
      const own = Reflect.get(target, name, target) as unknown
      if (typeof own !== 'function') return own
      if (name !== 'transaction') return own.bind(target)
      return async (...given: unknown[]) => {
        if (++begun === count) await happens()
        return own.apply(target, given)
      }
    },
  })
  return { ...ctx, db }
}
