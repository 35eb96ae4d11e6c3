import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { getTerminalApps } from '../../../../src/features/apps/delivery/terminal-apps'
import type { SetLine } from '../../../../src/features/apps/sets/schemas'
import { changeSet, createSet, releaseSet } from '../../../../src/features/apps/sets/service/change'
import { getSet } from '../../../../src/features/apps/sets/service/find'
import { issueEnrollmentCode } from '../../../../src/features/terminals/service/codes'
import { registerTerminal } from '../../../../src/features/terminals/service/register'
import { advanceRollouts } from '../../../../src/features/updates/rollouts/advance/run'
import { getRollout } from '../../../../src/features/updates/rollouts/queries'
import { startRollout } from '../../../../src/features/updates/rollouts/service/start'
import { stopRollout } from '../../../../src/features/updates/rollouts/service/steer'
import { FakeTerminal } from '../../../../src/tools/simulator/terminal'
import { useTestDatabase } from '../../../support/postgres'
import { job, makeCtx, makeServices, operator } from '../../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../../support/terminal-door'
import { StandingClock } from '../../updates/rollouts/fleet'
import { addApp, connect, type Told } from './fleet'

const database = useTestDatabase()
const clock = new StandingClock()
let services: Services
let open: OpenDoor
let me: Ctx
let server: Ctx

beforeAll(async () => {
  services = await makeServices(database, { clock })
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
  server = makeCtx(services, job())
})
afterAll(() => open.close())

type Apps = Record<string, number>
let count = 0

/** An Android terminal at its door. */
async function newTerminal() {
  const serial = `HALF-${++count}`
  const { id } = await registerTerminal(me, { serial, platform: 'feitian-f20' })
  const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [serial] })
  const played = new FakeTerminal(open.client, { serial, platform: 'feitian-f20', token: undefined })
  await played.enroll(enrollmentCode)
  const token = played.token ?? ''
  const post = (path: string, json: object) =>
    open.client.send({ method: 'POST', path: `/terminal/v1/${path}`, token, json })
  return {
    id,
    /** What it is told of its applications when it has these. */
    async checkIn(has: Apps): Promise<Told | undefined> {
      await open.feed.catchUp()
      // The shop's own application is another one each time: nothing is answered from what was planned before.
      const apps = Object.entries({ ...has, 'com.shop.own': ++count }).map(([name, versionCode]) => ({
        package: name,
        versionCode,
      }))
      const status = { os: 'Android 14', application: { name: 'ru.bank.pos' }, apps }
      const answer = await post('check-in', { status })
      expect([200, 204]).toContain(answer.status)
      if (answer.status === 204) return undefined
      return answer
        .json<{ actions: (Told & { kind: string })[] }>()
        .actions.find(({ kind }) => kind === 'apps')
    },
    async says(told: Told | undefined, result: object) {
      expect((await post(`actions/${told?.id}/result`, result)).status).toBeLessThan(300)
    },
  }
}

async function beat() {
  clock.pass({ seconds: 15 })
  await advanceRollouts(server, new AbortController().signal)
}

const pinned = (name: string, versionCode: number): SetLine => ({
  package: name,
  want: 'version',
  versionCode,
})
const editionOf = async (setId: string) => (await getSet(me, { setId })).edition
const change = async (setId: string, lines: SetLine[]) =>
  changeSet(me, { setId, edition: await editionOf(setId), lines })
const look = (rolloutId: string) => getRollout(me, { rolloutId })
const stop = async (rolloutId: string) =>
  stopRollout(me, { rolloutId, revision: (await look(rolloutId)).revision })

/**
 * A terminal at the released revision, and a later one on its way to it: `main` and `other` are newer there, and `extra`
 * comes.
 */
async function onItsWay(more: Partial<Parameters<typeof startRollout>[1]> = {}) {
  const [main, other, extra] = ['main', 'other', 'extra'].map((name) => `com.half${count}.${name}`) as [
    string,
    string,
    string,
  ]
  await addApp(me, main, [1, 2, 3])
  await addApp(me, other, [1, 2, 3])
  await addApp(me, extra, [1])
  const name = `Half ${count}`
  const set = await createSet(me, { name, lines: [pinned(main, 1), pinned(other, 1)], goesInWaves: true })
  const terminal = await newTerminal()
  const released = { [main]: 1, [other]: 1 }
  await terminal.checkIn(released)
  await connect(me, set.id, [terminal.id])
  expect(await terminal.checkIn(released)).toBeUndefined()
  await change(set.id, [pinned(main, 2), pinned(extra, 1), pinned(other, 2)])
  const waves = [{}]
  const tries = { maxRetries: 1, retryMinutes: 60 }
  const { rolloutId } = await startRollout(me, { setId: set.id, name, waves, ...tries, ...more })
  const told = await terminal.checkIn(released)
  expect(told).toMatchObject({ revision: 2, install: [{}, {}, {}], remove: [] })
  return { main, other, extra, setId: set.id, terminal, released, rolloutId, told }
}

type OnItsWay = Awaited<ReturnType<typeof onItsWay>>

/** Two of three are there when the third fails. */
async function failHalfWay({ terminal, told, main, other, extra }: OnItsWay, isTold = true): Promise<Apps> {
  const items = [
    { package: main, state: 'installed' },
    { package: extra, state: 'installed' },
    { package: other, state: 'failed', reason: 'install_error' },
  ]
  await terminal.says(told, { state: 'failed', reason: 'install_error', ...(isTold ? { items } : {}) })
  return { [main]: 2, [extra]: 1, [other]: 1 }
}

const shown = async ({ terminal }: OnItsWay) => {
  const { set, decision } = await getTerminalApps(me, { terminalId: terminal.id })
  return { revision: set?.revision, ...decision }
}

describe('a terminal that has a part of the revision that a rollout brings, and failed at the rest', () => {
  it('is not led back while it waits for its next try, and gets what is missing then', async () => {
    const way = await onItsWay()
    const { terminal, other } = way
    const has = await failHalfWay(way)
    expect(await terminal.checkIn(has)).toBeUndefined()
    await beat()
    expect(await terminal.checkIn(has), 'nothing goes, and nothing comes').toBeUndefined()
    expect(await shown(way)).toMatchObject({ revision: 2, outcome: 'waits', obstacles: [] })
    expect((await shown(way)).reasons).toMatchObject([{ code: 'retry_later' }])
    clock.pass({ minutes: 61 })
    const again = await terminal.checkIn(has)
    expect(again).toMatchObject({ revision: 2, install: [{ package: other, versionCode: 2 }], remove: [] })
    await terminal.says(again, { state: 'installed' })
    await terminal.checkIn({ ...has, [other]: 2 })
    await beat()
    expect(await look(way.rolloutId)).toMatchObject({ state: 'finished' })
  })

  it('stays as it is when it fails again and the rollout halts', async () => {
    const way = await onItsWay({ waves: [{ errorPercent: 100 }] })
    const { terminal, other } = way
    const has = await failHalfWay(way)
    expect(await terminal.checkIn(has)).toBeUndefined()
    await beat()
    clock.pass({ minutes: 61 })
    const again = await terminal.checkIn(has)
    await terminal.says(again, { state: 'failed', reason: 'install_error' })
    await beat()
    expect(await look(way.rolloutId)).toMatchObject({ state: 'halted' })
    expect(await terminal.checkIn(has)).toBeUndefined()
    expect(await shown(way)).toMatchObject({
      revision: 2,
      outcome: 'blocked',
      obstacles: [{ package: other, code: 'app_failed' }],
    })
  })

  it('stays as it is also where its next try would come, until somebody has looked at what was changed', async () => {
    const way = await onItsWay()
    const { terminal, main, other, setId } = way
    const has = await failHalfWay(way)
    expect(await terminal.checkIn(has)).toBeUndefined()
    await beat()
    await change(setId, [pinned(main, 1), pinned(other, 1)])
    await beat()
    expect(await look(way.rolloutId)).toMatchObject({ state: 'halted', reason: { code: 'set_changed' } })
    clock.pass({ minutes: 61 })
    expect(await terminal.checkIn(has)).toBeUndefined()
    expect(await shown(way)).toMatchObject({ revision: 2, reasons: [{ code: 'rollout_halted' }] })
  })

  it('keeps what it has when the rollout is stopped, and is led on by the next revision', async () => {
    const way = await onItsWay()
    const { terminal, main, other, extra, setId } = way
    const has = await failHalfWay(way)
    expect(await terminal.checkIn(has)).toBeUndefined()
    await beat()
    await stop(way.rolloutId)
    expect(await terminal.checkIn(has)).toBeUndefined()
    expect(await shown(way)).toMatchObject({ revision: 2, reasons: [{ code: 'rollout_stopped' }] })
    await change(setId, [pinned(main, 3), pinned(other, 1)])
    expect(await terminal.checkIn(has), 'the next one waits').toBeUndefined()
    expect(await shown(way)).toMatchObject({ revision: 2, obstacles: [] })
    await releaseSet(me, { setId, edition: await editionOf(setId) })
    expect(await terminal.checkIn(has)).toMatchObject({
      revision: 3,
      install: [{ package: main, versionCode: 3 }],
      remove: [extra],
    })
  })

  it('is known by what it reports, where it says nothing of single applications', async () => {
    const way = await onItsWay()
    const has = await failHalfWay(way, false)
    await beat()
    await stop(way.rolloutId)
    expect(await way.terminal.checkIn(has)).toBeUndefined()
    expect(await shown(way)).toMatchObject({ revision: 2, reasons: [{ code: 'rollout_stopped' }] })
  })

  it('is known by what it says of single applications, until it reports what it has', async () => {
    const way = await onItsWay()
    await failHalfWay(way)
    await stop(way.rolloutId)
    expect(await shown(way), 'its last report is older').toMatchObject({ revision: 2 })
    await way.terminal.checkIn(way.released)
    // Arrivals go by the machine's clock, which has not been put forward.
    clock.pass({ seconds: 1 })
    await database.sql`update terminal_status set received_at = ${clock.now()} where terminal_id = ${way.terminal.id}`
    expect(await shown(way), 'nothing of it is there after all').toMatchObject({
      revision: 1,
      outcome: 'done',
    })
  })
})

describe('a terminal that failed before anything of the revision was there', () => {
  it('stays in the rollout for its next try', async () => {
    const way = await onItsWay()
    const { terminal, released } = way
    await terminal.says(way.told, { state: 'failed', reason: 'network_lost' })
    await beat()
    expect(await terminal.checkIn(released)).toBeUndefined()
    expect(await shown(way)).toMatchObject({ outcome: 'waits', reasons: [{ code: 'retry_later' }] })
    clock.pass({ minutes: 61 })
    expect(await terminal.checkIn(released)).toMatchObject({ revision: 2, install: [{}, {}, {}] })
  })

  it('is led to the released revision when the rollout is stopped, though it had begun to fetch', async () => {
    const way = await onItsWay()
    const { terminal, released, main, other } = way
    await terminal.says(way.told, { state: 'downloading', progressPercent: 20 })
    await beat()
    expect(await shown(way)).toMatchObject({ revision: 2, outcome: 'underway' })
    await terminal.says(way.told, { state: 'failed', reason: 'network_lost' })
    await beat()
    await stop(way.rolloutId)
    clock.pass({ minutes: 61 })
    expect(await terminal.checkIn(released), 'no next try of what was stopped').toBeUndefined()
    expect(await shown(way)).toMatchObject({ revision: 1, outcome: 'done' })
    expect(await terminal.checkIn({ [other]: 1 })).toMatchObject({
      revision: 1,
      install: [{ package: main, versionCode: 1 }],
    })
  })

  it('is led to it also where it had no try left', async () => {
    const way = await onItsWay({ maxRetries: 0 })
    const { terminal, other, main } = way
    await terminal.says(way.told, { state: 'failed', reason: 'out_of_space' })
    await beat()
    await stop(way.rolloutId)
    expect(await terminal.checkIn({ [other]: 1 })).toMatchObject({
      revision: 1,
      install: [{ package: main, versionCode: 1 }],
    })
  })

  it('goes on with what it fetches when the rollout is stopped, and keeps it', async () => {
    const way = await onItsWay()
    const { terminal, released, main, other, extra } = way
    await terminal.says(way.told, { state: 'downloading', progressPercent: 20 })
    await stop(way.rolloutId)
    expect(await terminal.checkIn(released)).toMatchObject({ id: way.told?.id, revision: 2 })
    await terminal.says(way.told, { state: 'installed' })
    const has = { [main]: 2, [other]: 2, [extra]: 1 }
    expect(await terminal.checkIn(has)).toBeUndefined()
    expect(await shown(way)).toMatchObject({ revision: 2, outcome: 'done' })
    expect(await terminal.checkIn({ ...has, [main]: 1 }), 'and what it loses is brought again').toMatchObject(
      {
        revision: 2,
        install: [{ package: main, versionCode: 2 }],
        remove: [],
      },
    )
  })
})
