import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import type { SetLine } from '../../../../src/features/apps/sets/schemas'
import { changeSet, createSet, releaseSet } from '../../../../src/features/apps/sets/service/change'
import { getSet } from '../../../../src/features/apps/sets/service/find'
import { advanceRollouts } from '../../../../src/features/updates/rollouts/advance/run'
import {
  getRollout,
  listRollouts,
  listRolloutTargets,
} from '../../../../src/features/updates/rollouts/queries'
import { previewRollout, startRollout } from '../../../../src/features/updates/rollouts/service/start'
import {
  pauseRollout,
  resumeRollout,
  stopRollout,
} from '../../../../src/features/updates/rollouts/service/steer'
import { useTestDatabase } from '../../../support/postgres'
import { integrator, job, makeCtx, makeServices, operator } from '../../../support/services'
import { StandingClock } from '../../updates/rollouts/fleet'
import { addApp, addTerminals, answer, checkIn, connect, Fleet } from './fleet'

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
beforeEach(() => database.sql`delete from rollouts`)

let names = 0
const newName = () => `com.wave.app${++names}`
const pinned = (name: string, versionCode: number): SetLine => ({
  package: name,
  want: 'version',
  versionCode,
})

async function beat() {
  clock.pass({ seconds: 15 })
  return advanceRollouts(server, new AbortController().signal)
}

const change = async (setId: string, lines: SetLine[]) =>
  changeSet(me, { setId, edition: (await getSet(me, { setId })).edition, lines })

/** A set that goes in waves, its first revision on all of its terminals and the second one waiting. */
async function waiting(size: number) {
  const name = newName()
  await addApp(me, name, [1, 2, 3])
  const set = await createSet(me, { name: `Waves ${names}`, lines: [pinned(name, 1)], goesInWaves: true })
  const fleet = new Fleet(me, await addTerminals(me, size))
  await fleet.report()
  await connect(me, set.id, fleet.ids)
  expect(await fleet.obey()).toHaveLength(size)
  await change(set.id, [pinned(name, 2)])
  return { name, setId: set.id, fleet }
}

const roll = async (setId: string, more: Partial<Parameters<typeof startRollout>[1]> = {}) =>
  (await startRollout(me, { setId, name: `of ${setId}`, waves: [{ percent: 20 }, {}], ...more })).rolloutId
const look = (rolloutId: string) => getRollout(me, { rolloutId })
const steered = async (rolloutId: string) => ({ rolloutId, revision: (await look(rolloutId)).revision })
const ofWave = async (rolloutId: string, wave: number) =>
  (await listRolloutTargets(me, { rolloutId, wave, limit: 1000 })).items.map(({ terminalId }) => terminalId)
const versions = (fleet: Fleet, name: string) => fleet.ids.map((id) => fleet.has.get(id)?.[name] ?? 0).sort()

describe('a set that goes in waves', () => {
  it('reaches its terminals wave by wave, and all of them are led to it at the end', async () => {
    const { name, setId, fleet } = await waiting(10)
    expect(await fleet.obey(), 'it waits').toEqual([])
    expect(await previewRollout(me, { setId, waves: [{ percent: 20 }, {}] })).toMatchObject({ terminals: 10 })
    const rolloutId = await roll(setId)
    expect(await look(rolloutId)).toMatchObject({
      setId,
      ruleId: null,
      subjectName: expect.stringContaining('Waves'),
    })
    const first = await ofWave(rolloutId, 0)
    expect((await fleet.obey()).sort()).toEqual(first.sort())
    await beat()
    expect(await look(rolloutId)).toMatchObject({ state: 'running', wave: 1 })
    expect(await fleet.obey()).toHaveLength(8)
    await beat()
    expect(await look(rolloutId)).toMatchObject({ state: 'finished' })
    expect(versions(fleet, name)).toEqual(Array(10).fill(2))
    expect(await getSet(me, { setId })).toMatchObject({ releasedRevision: 2, rollout: { state: 'finished' } })
    expect((await listRollouts(me, { setId, limit: 10 })).items).toHaveLength(1)
  })

  it('leaves the terminals whose turn has not come at what they have, and repairs it', async () => {
    const { name, setId, fleet } = await waiting(5)
    const rolloutId = await roll(setId)
    const [last = ''] = await ofWave(rolloutId, 1)
    fleet.has.set(last, {})
    await fleet.report([last])
    expect(await fleet.obey([last])).toEqual([last])
    expect(fleet.has.get(last)).toEqual({ [name]: 1 })
  })

  it('halts by failures, takes back what is not begun, and leaves the rest alone', async () => {
    const { name, setId, fleet } = await waiting(10)
    const rolloutId = await roll(setId, { waves: [{ percent: 40, errorPercent: 20 }, {}] })
    const told = await checkIn(me, fleet.ids)
    expect(told.size).toBe(4)
    const [bad = '', begun = '', ...offered] = [...told.keys()]
    await answer(me, bad, told.get(bad)?.id ?? '', { state: 'failed', reason: 'install_error' })
    await answer(me, begun, told.get(begun)?.id ?? '', { state: 'downloading' })
    await beat()
    expect(await look(rolloutId)).toMatchObject({ state: 'halted', reason: { code: 'error_threshold' } })
    expect((await checkIn(me, offered)).size).toBe(0)
    expect([...(await checkIn(me, [begun])).keys()]).toEqual([begun])
    expect(versions(fleet, name)).toEqual(Array(10).fill(1))
  })

  it('that is stopped takes nothing back from those it has reached, also where they are repaired', async () => {
    const { name, setId, fleet } = await waiting(10)
    const other = newName()
    await addApp(me, other, [1])
    await change(setId, [pinned(name, 2), pinned(other, 1)])
    const rolloutId = await roll(setId)
    const pilots = await fleet.obey()
    await beat()
    await stopRollout(me, await steered(rolloutId))
    expect(await fleet.obey()).toEqual([])
    const [pilot = ''] = pilots
    expect(fleet.has.get(pilot)).toEqual({ [name]: 2, [other]: 1 })
    fleet.has.set(pilot, { [name]: 2 })
    await fleet.report([pilot])
    expect(await fleet.obey([pilot])).toEqual([pilot])
    expect(fleet.has.get(pilot)).toEqual({ [name]: 2, [other]: 1 })
    // What the next revision does not name goes from the pilots, too.
    await change(setId, [pinned(name, 3)])
    await releaseSet(me, { setId, edition: (await getSet(me, { setId })).edition })
    await fleet.obey()
    expect(fleet.has.get(pilot)).toEqual({ [name]: 3 })
    expect(versions(fleet, name)).toEqual(Array(10).fill(3))
  })

  it('that is resumed and then stopped takes nothing from its pilots either', async () => {
    const { name, setId, fleet } = await waiting(10)
    const rolloutId = await roll(setId)
    const pilots = await fleet.obey()
    await beat()
    await change(setId, [])
    await beat()
    expect(await look(rolloutId)).toMatchObject({ state: 'halted', reason: { code: 'set_changed' } })
    expect(await fleet.obey(), 'nobody has looked at it').toEqual([])
    await resumeRollout(me, await steered(rolloutId))
    await stopRollout(me, await steered(rolloutId))
    expect(await fleet.obey()).toEqual([])
    for (const id of pilots) expect(fleet.has.get(id)).toEqual({ [name]: 2 })
  })

  it('leaves nobody at a revision that was taken back before anybody had it', async () => {
    const { name, setId, fleet } = await waiting(10)
    const bad = newName()
    await addApp(me, bad, [1])
    await change(setId, [pinned(name, 2), pinned(bad, 1)])
    const rolloutId = await roll(setId, { waves: [{ percent: 50 }, {}] })
    await change(setId, [pinned(name, 1)])
    await beat()
    await beat()
    await stopRollout(me, await steered(rolloutId))
    await change(setId, [pinned(name, 2)])
    expect(await fleet.obey()).toEqual([])
    const [pins] =
      await database.sql`select count(pinned_revision)::int as count from app_connections where set_id = ${setId}`
    expect(pins).toEqual({ count: 0 })
  })

  it('takes from nobody what only its pilots were brought', async () => {
    const { name, setId } = await waiting(1)
    const extra = newName()
    await addApp(me, extra, [2])
    const fleet = new Fleet(me, await addTerminals(me, 10), { [name]: 1, [extra]: 2 })
    await fleet.report()
    await connect(me, setId, fleet.ids)
    await change(setId, [pinned(name, 2), pinned(extra, 2)])
    const rolloutId = await roll(setId, { waves: [{ count: 1 }, {}] })
    await fleet.obey()
    await beat()
    await stopRollout(me, await steered(rolloutId))
    await change(setId, [pinned(name, 3)])
    await releaseSet(me, { setId, edition: (await getSet(me, { setId })).edition })
    await fleet.obey()
    const kept = fleet.ids.filter((id) => fleet.has.get(id)?.[extra] === 2)
    expect(kept.length).toBeGreaterThanOrEqual(9)
  })

  it('is remembered by a terminal that it told something, wherever that goes next', async () => {
    const { name, setId, fleet } = await waiting(1)
    const [id = ''] = fleet.ids
    const extra = newName()
    await addApp(me, extra, [1])
    await change(setId, [pinned(name, 2), pinned(extra, 1)])
    const rolloutId = await roll(setId, { waves: [{}] })
    const told = (await checkIn(me, [id])).get(id)
    await stopRollout(me, await steered(rolloutId))
    await checkIn(me, [id])
    // It installs what it was told, though that is withdrawn by now.
    await answer(me, id, told?.id ?? '', { state: 'installed' })
    fleet.has.set(id, { [name]: 2, [extra]: 1 })
    await fleet.report()
    const next = await createSet(me, { name: `Next ${names}`, lines: [pinned(name, 2)] })
    await connect(me, next.id, [id])
    await fleet.obey()
    expect(fleet.has.get(id)).toEqual({ [name]: 2 })
  })

  it('is steered by those alone who may change applications', async () => {
    const { setId } = await waiting(1)
    const other = makeCtx(services, integrator('updates:read', 'updates:write'))
    await expect(startRollout(other, { setId, name: 'by others', waves: [{}] })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const rolloutId = await roll(setId)
    await expect(stopRollout(other, await steered(rolloutId))).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('waits while it is paused, and goes on', async () => {
    const { setId, fleet } = await waiting(5)
    const rolloutId = await roll(setId, { waves: [{}] })
    await pauseRollout(me, await steered(rolloutId))
    expect(await fleet.obey()).toEqual([])
    await resumeRollout(me, await steered(rolloutId))
    expect(await fleet.obey()).toHaveLength(5)
  })

  it('has no more at it at once than is said, and counts by itself', async () => {
    const { setId, fleet } = await waiting(6)
    await roll(setId, { waves: [{}], maxActive: 2 })
    expect((await checkIn(me, fleet.ids)).size).toBe(2)
    expect((await checkIn(me, fleet.ids)).size).toBe(2)
  })

  it('tries again as often as is said, and not before its time', async () => {
    const { setId, fleet } = await waiting(1)
    const [id = ''] = fleet.ids
    const rolloutId = await roll(setId, { waves: [{}], maxRetries: 1, retryMinutes: 10 })
    const fail = async () => {
      const told = await checkIn(me, [id])
      await answer(me, id, told.get(id)?.id ?? '', { state: 'downloading' })
      await beat()
      await answer(me, id, told.get(id)?.id ?? '', { state: 'failed', reason: 'network_lost' })
      await beat()
    }
    await fail()
    expect((await checkIn(me, [id])).size, 'too early').toBe(0)
    clock.pass({ minutes: 11 })
    await fail()
    expect((await listRolloutTargets(me, { rolloutId, limit: 1 })).items).toMatchObject([
      { state: 'failed', retries: 1 },
    ])
  })

  it('has one rollout at a time, and none where nothing waits', async () => {
    const { setId } = await waiting(1)
    const rolloutId = await roll(setId)
    await expect(roll(setId)).rejects.toMatchObject({ code: 'rollout_under_way' })
    await expect(
      releaseSet(me, { setId, edition: (await getSet(me, { setId })).edition }),
    ).rejects.toMatchObject({ code: 'app_set_in_rollout' })
    await stopRollout(me, await steered(rolloutId))
    await releaseSet(me, { setId, edition: (await getSet(me, { setId })).edition })
    await expect(roll(setId)).rejects.toMatchObject({ code: 'app_set_released' })
  })

  it('leaves those out that are disconnected, and takes in those that come later', async () => {
    const { setId, fleet } = await waiting(5)
    const rolloutId = await roll(setId)
    const [gone = ''] = await ofWave(rolloutId, 1)
    await connect(me, null, [gone])
    const [late = ''] = await addTerminals(me, 1)
    await connect(me, setId, [late])
    await beat()
    const { items } = await listRolloutTargets(me, { rolloutId, limit: 100 })
    expect(items.find(({ terminalId }) => terminalId === gone)).toMatchObject({
      state: 'left',
      reason: 'not_assigned',
    })
    expect(items.find(({ terminalId }) => terminalId === late)).toMatchObject({ wave: 1 })
    expect(fleet.ids).toContain(gone)
  })
})

describe('a rollout', () => {
  it('brings a rule or a set, one of both', async () => {
    const { setId } = await waiting(1)
    const both = { ruleId: setId, setId, name: 'both', waves: [{}] }
    await expect(startRollout(me, both)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(startRollout(me, { name: 'none', waves: [{}] })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    await expect(startRollout(me, { ruleId: setId, name: 'set as rule', waves: [{}] })).rejects.toMatchObject(
      {
        code: 'rule_not_found',
      },
    )
  })
})
