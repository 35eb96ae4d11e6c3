import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Ctx, callerName, type Services } from '../../../../src/core/context'
import { inMutation } from '../../../../src/core/verb'
import { getAction, listActions, retryAction } from '../../../../src/features/actions/results'
import { listSetTerminals, setProgress } from '../../../../src/features/apps/delivery/set-terminals'
import { getTerminalApps, listConnectionHistory } from '../../../../src/features/apps/delivery/terminal-apps'
import { followNewest } from '../../../../src/features/apps/sets'
import type { SetLine } from '../../../../src/features/apps/sets/schemas'
import {
  changeSet,
  copySet,
  createSet,
  deleteSet,
  releaseSet,
} from '../../../../src/features/apps/sets/service/change'
import { compareSets, getSet, listRevisions, listSets } from '../../../../src/features/apps/sets/service/find'
import { previewSet } from '../../../../src/features/apps/sets/service/preview'
import {
  addProtected,
  listProtected,
  removeProtected,
} from '../../../../src/features/apps/sets/service/protected-list'
import { useTestDatabase } from '../../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../../support/services'
import { addApp, addTerminals, addVersion, answer, checkIn, connect, Fleet, report } from './fleet'

const database = useTestDatabase()
let services: Services
let me: Ctx

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
})
beforeEach(() => database.sql`delete from rollouts`)

let names = 0
const newName = () => `com.example.app${++names}`
const pinned = (name: string, versionCode: number): SetLine => ({
  package: name,
  want: 'version',
  versionCode,
})
const newest = (name: string): SetLine => ({ package: name, want: 'newest' })
const absent = (name: string): SetLine => ({ package: name, want: 'absent' })

const newSet = (lines: SetLine[], more: { removesOthers?: boolean; goesInWaves?: boolean } = {}) =>
  createSet(me, { name: `Set ${++names}`, lines, ...more })

const change = async (setId: string, more: Omit<Parameters<typeof changeSet>[1], 'setId' | 'edition'>) =>
  changeSet(me, { setId, edition: (await getSet(me, { setId })).edition, ...more })

async function fleetOf(size: number, setId: string, start: Record<string, number> = {}) {
  const fleet = new Fleet(me, await addTerminals(me, size), start)
  await fleet.report()
  await connect(me, setId, fleet.ids)
  return fleet
}

describe('terminals of a set', () => {
  it('come to what it says, keep to it, and lose what it names no more', async () => {
    const [one, two] = [newName(), newName()]
    await addApp(me, one, [1, 2])
    await addApp(me, two, [5])
    const set = await newSet([newest(one), pinned(two, 5)])
    const fleet = await fleetOf(3, set.id, { [one]: 1, 'com.other.app': 9 })
    const [first = ''] = fleet.ids
    const told = (await checkIn(me, fleet.ids)).get(first)
    expect(told).toMatchObject({
      ...{ set: set.name, setId: set.id, revision: 1, remove: [], when: {} },
      install: [
        { package: one, versionCode: 2, versionName: '2.0', size: 1_000 },
        { package: two, versionCode: 5 },
      ],
    })
    expect(await fleet.obey()).toHaveLength(3)
    expect(fleet.has.get(first)).toEqual({ [one]: 2, [two]: 5, 'com.other.app': 9 })
    expect(await setProgress(me, { setId: set.id })).toMatchObject({
      terminals: 3,
      isWhole: true,
      outcomes: [{ outcome: 'done', terminals: 3 }],
    })
    expect(await checkIn(me, fleet.ids)).toEqual(new Map())

    await change(set.id, { lines: [newest(one)] })
    expect(await fleet.obey()).toHaveLength(3)
    expect(fleet.has.get(first)).toEqual({ [one]: 2, 'com.other.app': 9 })
    expect(await checkIn(me, fleet.ids)).toEqual(new Map())
  })

  it('are repaired where a user removes an application, a few times', async () => {
    const name = newName()
    await addApp(me, name, [1])
    const set = await newSet([pinned(name, 1)])
    const fleet = await fleetOf(1, set.id)
    const [id = ''] = fleet.ids
    for (let times = 0; times < 5; times++) {
      fleet.has.set(id, {})
      await fleet.report()
      expect(await fleet.obey(), `time ${times}`).toEqual([id])
    }
    fleet.has.set(id, {})
    await fleet.report()
    expect(await fleet.obey()).toEqual([])
    expect(await getTerminalApps(me, { terminalId: id })).toMatchObject({
      decision: { outcome: 'blocked', obstacles: [{ package: name, code: 'keeps_changing' }] },
    })
    // Another revision is another wish.
    await change(set.id, { lines: [pinned(name, 1)], conditions: { minFreeBytes: 1 } })
    expect(await fleet.obey()).toEqual([id])
  })

  it('that take another set lose what the first one brought, and keep what was there before', async () => {
    const [one, two] = [newName(), newName()]
    for (const name of [one, two]) await addApp(me, name, [1])
    const [before, after] = [await newSet([pinned(one, 1)]), await newSet([pinned(two, 1)])]
    const fleet = await fleetOf(1, before.id, { [two]: 1, 'com.mine': 3 })
    const [id = ''] = fleet.ids
    await fleet.obey()
    await connect(me, after.id, [id])
    await fleet.obey()
    expect(fleet.has.get(id)).toEqual({ [two]: 1, 'com.mine': 3 })
    const history = await listConnectionHistory(me, { terminalId: id, limit: 10 })
    expect(history.items.map(({ what, setName }) => [what, setName])).toEqual([
      ['connected', after.name],
      ['disconnected', before.name],
      ['connected', before.name],
    ])
  })

  it('that lose their set keep their applications, and what was on offer is withdrawn', async () => {
    const [one, two] = [newName(), newName()]
    for (const name of [one, two]) await addApp(me, name, [1])
    const set = await newSet([pinned(one, 1)])
    const fleet = await fleetOf(1, set.id)
    const [id = ''] = fleet.ids
    await fleet.obey()
    await change(set.id, { lines: [pinned(one, 1), pinned(two, 1)] })
    expect((await checkIn(me, [id])).size).toBe(1)
    await connect(me, null, [id])
    expect((await checkIn(me, [id])).size).toBe(0)
    const { items } = await listActions(me, { terminalId: id, limit: 1 })
    expect(items[0]?.state).toBe('withdrawn')
    expect(await getAction(me, { actionId: items[0]?.id ?? '' })).toEqual(items[0])
    expect(await getTerminalApps(me, { terminalId: id })).toMatchObject({ set: null, decision: null })
    // The next set still knows what the first one brought.
    await connect(me, (await newSet([])).id, [id])
    await fleet.obey()
    expect(fleet.has.get(id)).toEqual({})
  })

  it('that fail at one application get the others, and that one when somebody retries', async () => {
    const [one, two] = [newName(), newName()]
    for (const name of [one, two]) await addApp(me, name, [1])
    const set = await newSet([pinned(one, 1), pinned(two, 1)])
    const fleet = await fleetOf(1, set.id)
    const [id = ''] = fleet.ids
    const told = (await checkIn(me, [id])).get(id)
    await answer(me, id, told?.id ?? '', {
      state: 'failed',
      reason: 'install_error',
      items: [
        { package: one, state: 'failed', reason: 'signature_refused' },
        { package: two, state: 'installed' },
      ],
    })
    await report(me, id, { [two]: 1 })
    expect((await checkIn(me, [id])).size).toBe(0)
    expect(await getTerminalApps(me, { terminalId: id })).toMatchObject({
      decision: {
        outcome: 'blocked',
        reasons: [{ code: 'failed_before', values: { reason: 'signature_refused' } }],
        obstacles: [{ package: one, code: 'app_failed' }],
      },
    })
    await retryAction(me, { actionId: told?.id ?? '' })
    expect((await checkIn(me, [id])).get(id)?.install.map((app) => app.package)).toEqual([one])
  })

  it('of another platform are not told anything, and it says why', async () => {
    const name = newName()
    await addApp(me, name, [1])
    const set = await newSet([pinned(name, 1)])
    const [id = ''] = await addTerminals(me, 1, 'ingenico-t3')
    await report(me, id, {})
    await connect(me, set.id, [id])
    expect((await checkIn(me, [id])).size).toBe(0)
    const { items } = await listSetTerminals(me, { setId: set.id, limit: 10 })
    expect(items).toMatchObject([{ terminalId: id, outcome: 'excluded', reasons: [{ code: 'no_android' }] }])
  })

  it('are listed by what the set comes to for them, page by page', async () => {
    const name = newName()
    await addApp(me, name, [1])
    const set = await newSet([pinned(name, 1)])
    const fleet = await fleetOf(5, set.id)
    await fleet.obey(fleet.ids.slice(0, 2))
    const done = await listSetTerminals(me, { setId: set.id, outcome: 'done', limit: 1 })
    expect(done.items.map(({ terminalId }) => terminalId)).toEqual(fleet.ids.slice(0, 1))
    const next = await listSetTerminals(me, {
      ...{ setId: set.id, outcome: 'done', limit: 10 },
      cursor: done.nextCursor ?? '',
    })
    expect(next).toMatchObject({ items: [{ terminalId: fleet.ids[1] }], nextCursor: null })
    const offered = await listSetTerminals(me, { setId: set.id, outcome: 'offered', limit: 10 })
    expect(offered.items).toHaveLength(3)
  })
})

describe('a status that does not say what the terminal has', () => {
  it('proves nothing: what goes is not gone because nothing is said', async () => {
    const name = newName()
    await addApp(me, name, [1])
    const set = await newSet([pinned(name, 1)])
    const fleet = await fleetOf(1, set.id)
    const [id = ''] = fleet.ids
    await fleet.obey()
    await change(set.id, { lines: [] })
    const told = (await checkIn(me, [id])).get(id)
    expect(told?.remove).toEqual([name])
    await database.sql`update terminal_status set status = status - 'apps' where terminal_id = ${id}`
    await checkIn(me, [id])
    const { items } = await listActions(me, { terminalId: id, limit: 1 })
    expect(items).toMatchObject([{ id: told?.id, state: 'withdrawn' }])
  })
})

describe('a newer version of an application', () => {
  const arrive = (appId: string) =>
    inMutation(me, async (scope) => {
      scope.changedNothingShared()
      return followNewest(scope, { appId })
    })

  it('goes to the terminals of sets that want the newest, and of no others', async () => {
    const name = newName()
    const appId = await addApp(me, name, [1])
    const [follows, stays] = [await newSet([newest(name)]), await newSet([pinned(name, 1)])]
    const [one, other] = [await fleetOf(1, follows.id), await fleetOf(1, stays.id)]
    await one.obey()
    await other.obey()
    await addVersion(me, appId, name, 2)
    expect(await arrive(appId)).toEqual([follows.name])
    expect(await arrive(appId), 'once').toEqual([])
    expect([...(await checkIn(me, [...one.ids, ...other.ids])).keys()]).toEqual(one.ids)
    const { items } = await listRevisions(me, { setId: follows.id, limit: 10 })
    expect(items.map(({ revision, madeFor }) => [revision, madeFor])).toEqual([
      [2, 'newest'],
      [1, 'change'],
    ])
  })

  it('waits where the set goes in waves, until it is released', async () => {
    const name = newName()
    const appId = await addApp(me, name, [1])
    const set = await newSet([newest(name)], { goesInWaves: true })
    const fleet = await fleetOf(1, set.id)
    await fleet.obey()
    await addVersion(me, appId, name, 2)
    await arrive(appId)
    expect((await checkIn(me, fleet.ids)).size).toBe(0)
    const waiting = await getSet(me, { setId: set.id })
    expect(waiting).toMatchObject({ revision: 2, releasedRevision: 1, newest: { releasedAt: null } })
    await releaseSet(me, { setId: set.id, edition: waiting.edition })
    expect((await checkIn(me, fleet.ids)).size).toBe(1)
    await expect(
      releaseSet(me, { setId: set.id, edition: (await getSet(me, { setId: set.id })).edition }),
    ).rejects.toMatchObject({ code: 'app_set_released' })
  })
})

describe('a set', () => {
  it('names applications that are there, each once, and nothing protected as absent', async () => {
    const name = newName()
    await addApp(me, name, [1])
    const refused = (lines: SetLine[]) => expect(newSet(lines)).rejects
    await refused([pinned(name, 2)]).toMatchObject({
      code: 'app_set_apps_missing',
      details: { values: { packages: [`${name} 2`] } },
    })
    await refused([newest('com.example.nothing')]).toMatchObject({ code: 'app_set_apps_missing' })
    await refused([newest(name), absent(name)]).toMatchObject({ code: 'app_set_names_twice' })
    await refused([absent('com.android.settings')]).toMatchObject({ code: 'app_set_removes_protected' })
    expect((await newSet([absent('com.example.nothing')])).newest.lines).toMatchObject([
      { want: 'absent', appId: null },
    ])
  })

  it('has a name of its own, whatever its case', async () => {
    const set = await newSet([])
    await expect(createSet(me, { name: set.name.toUpperCase(), lines: [] })).rejects.toMatchObject({
      code: 'app_set_name_taken',
    })
  })

  it('goes on in waves until what waits is out', async () => {
    const name = newName()
    await addApp(me, name, [1, 2])
    const set = await newSet([pinned(name, 1)], { goesInWaves: true })
    await change(set.id, { lines: [pinned(name, 2)] })
    await expect(change(set.id, { goesInWaves: false })).rejects.toMatchObject({ code: 'app_set_waiting' })
    const { edition } = await getSet(me, { setId: set.id })
    await releaseSet(me, { setId: set.id, edition })
    expect(await change(set.id, { goesInWaves: false })).toMatchObject({ goesInWaves: false, revision: 2 })
  })

  it('is not changed by who has read an older one', async () => {
    const set = await newSet([])
    await change(set.id, { notes: 'for people' })
    await expect(changeSet(me, { setId: set.id, edition: set.edition, notes: 'late' })).rejects.toMatchObject(
      {
        code: 'app_set_changed',
        details: { values: { by: callerName(me.actor) } },
      },
    )
  })

  it('has no new revision where only words for people change, or nothing', async () => {
    const name = newName()
    await addApp(me, name, [1])
    const conditions = { onlyWhenSettled: true, window: { to: '04:00', from: '02:00' } }
    const set = await createSet(me, { name: `Set ${++names}`, lines: [newest(name)], conditions })
    expect(await change(set.id, { notes: 'for people', name: `${set.name} again` })).toMatchObject({
      revision: 1,
    })
    const { edition } = await getSet(me, { setId: set.id })
    expect(await change(set.id, { lines: [newest(name)], conditions })).toMatchObject({
      revision: 1,
      edition,
    })
  })

  it('is copied without its terminals, and compared application by application', async () => {
    const [one, two, three] = [newName(), newName(), newName()]
    for (const name of [one, two, three]) await addApp(me, name, [1, 2])
    const set = await newSet([pinned(one, 1), newest(two)])
    await fleetOf(1, set.id)
    const copy = await copySet(me, { setId: set.id, name: `${set.name} copy` })
    expect(copy).toMatchObject({ terminals: 0, revision: 1 })
    await change(copy.id, { lines: [pinned(one, 2), newest(two), absent(three)] })
    const compared = await compareSets(me, { setId: set.id, otherSetId: copy.id })
    expect(compared.lines.map(({ package: name, isSame }) => [name, isSame])).toEqual([
      [one, false],
      [two, true],
      [three, false],
    ])
    expect(compared.lines[0]).toMatchObject({ one: { versionCode: 1 }, other: { versionCode: 2 } })
    const again = await compareSets(me, { setId: copy.id, revision: 1, otherSetId: copy.id })
    expect([again.one.revision, again.other.revision]).toEqual([1, 2])
    await expect(compareSets(me, { setId: copy.id, revision: 9, otherSetId: copy.id })).rejects.toMatchObject(
      {
        code: 'app_set_revision_not_found',
      },
    )
  })

  it('is deleted only once no terminal has it', async () => {
    const set = await newSet([])
    const fleet = await fleetOf(2, set.id)
    await expect(deleteSet(me, { setId: set.id })).rejects.toMatchObject({
      code: 'app_set_connected',
      details: { values: { terminals: 2 } },
    })
    await connect(me, null, fleet.ids)
    await deleteSet(me, { setId: set.id })
    await expect(getSet(me, { setId: set.id })).rejects.toMatchObject({ code: 'app_set_not_found' })
  })

  it('tells before it is changed what the change would do', async () => {
    const [one, two] = [newName(), newName()]
    await addApp(me, one, [1, 2])
    await addApp(me, two, [1], { minSdk: 99 })
    const set = await newSet([pinned(one, 1)])
    const fleet = await fleetOf(3, set.id)
    await fleet.obey(fleet.ids.slice(0, 2))
    expect(
      await previewSet(me, {
        setId: set.id,
        change: { lines: [newest(one), newest(two)], removesOthers: false, conditions: {} },
      }),
    ).toMatchObject({
      terminals: 3,
      isWhole: true,
      install: [{ package: one, versionCode: 2, terminals: 1, label: `Label of ${one}` }],
      upgrade: [{ package: one, versionCode: 2, terminals: 2 }],
      remove: [],
      obstacles: [{ package: two, code: 'min_sdk', terminals: 3 }],
    })
    expect(
      await previewSet(me, { setId: set.id, change: { lines: [], removesOthers: false, conditions: {} } }),
    ).toMatchObject({ remove: [{ package: one, terminals: 2 }] })
  })

  it('is found by its name, and by what it names', async () => {
    const name = newName()
    await addApp(me, name, [1])
    const set = await newSet([newest(name)])
    expect((await listSets(me, { search: set.name.toUpperCase(), limit: 10 })).items).toMatchObject([
      { id: set.id, applications: 1 },
    ])
    expect((await listSets(me, { package: name, limit: 10 })).items).toMatchObject([{ id: set.id }])
    expect((await listSets(me, { search: '%', limit: 10 })).items).toEqual([])
  })

  it('is not changed by somebody who does not see all its terminals', async () => {
    const set = await newSet([])
    await fleetOf(1, set.id)
    const limited = makeCtx(services, limitedOperator({ groupIds: [] }))
    expect(await getSet(limited, { setId: set.id })).toMatchObject({ terminals: 0, isWithinLimits: false })
    await expect(
      changeSet(limited, { setId: set.id, edition: set.edition, removesOthers: true }),
    ).rejects.toMatchObject({ code: 'outside_your_limits' })
    expect((await listSetTerminals(limited, { setId: set.id, limit: 10 })).items).toEqual([])
    await expect(addProtected(limited, { pattern: 'com.example.*' })).rejects.toMatchObject({
      code: 'outside_your_limits',
    })
  })
})

describe('the list of what is never removed', () => {
  it('keeps applications on terminals, and lets go of them', async () => {
    const name = newName()
    await addApp(me, name, [1])
    const set = await newSet([pinned(name, 1)])
    const fleet = await fleetOf(1, set.id)
    await fleet.obey()
    await addProtected(me, { pattern: name, notes: 'agreed with the bank' })
    await change(set.id, { lines: [] })
    expect((await checkIn(me, fleet.ids)).size).toBe(0)
    expect((await listProtected(me, {})).items).toContainEqual(
      expect.objectContaining({
        pattern: name,
        notes: 'agreed with the bank',
        addedBy: callerName(me.actor),
      }),
    )
    await removeProtected(me, { pattern: name })
    expect((await checkIn(me, fleet.ids)).size).toBe(1)
  })

  it('lets go of what came with the product by an administrator alone', async () => {
    await expect(removeProtected(me, { pattern: 'com.qualcomm.*' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await removeProtected(makeCtx(services, operator('admin')), { pattern: 'com.qualcomm.*' })
  })

  it.each(['*', '.*', 'com.*.x', 'com example', 'com.example*'])('does not take %s', async (pattern) => {
    await expect(addProtected(me, { pattern })).rejects.toMatchObject({ code: 'app_pattern_too_broad' })
  })
})
