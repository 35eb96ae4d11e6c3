import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { changeSet, createSet } from '../../../src/features/apps/sets/service/change'
import { applyConnection, previewConnection } from '../../../src/features/profile/connections/connect'
import { swapTerminals } from '../../../src/features/profile/swap/swap'
import { undoSwap } from '../../../src/features/profile/swap/undo'
import { useTestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { addApp, addTerminals, connect, Fleet } from '../apps/sets/fleet'

const database = useTestDatabase()
let services: Services
let me: Ctx

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
  for (const name of ['com.one', 'com.two']) await addApp(me, name, [1, 2])
})

let names = 0
const newSet = (name: string, versionCode = 1) =>
  createSet(me, { name: `Set ${++names}`, lines: [{ package: name, want: 'version', versionCode }] })
const choiceOf = (terminalIds: string[]) => ({ by: 'terminals' as const, terminalIds })
const setOf = async (terminalId: string) => {
  const [row] = await database.sql<{ setId: string; pinned: number | null }[]>`
    select set_id as "setId", pinned_revision as pinned from app_connections where terminal_id = ${terminalId}`
  return row
}

describe('connecting terminals to a set', () => {
  it('tells what it would do, and does that', async () => {
    const [one, two] = [await newSet('com.one'), await newSet('com.two')]
    const fleet = new Fleet(me, await addTerminals(me, 3))
    await fleet.report()
    const [first = '', ...rest] = fleet.ids
    await connect(me, one.id, [first])
    await fleet.obey()
    const [box = ''] = await addTerminals(me, 1, 'ingenico-t3')
    const input = { setId: two.id, choice: choiceOf([...fleet.ids, box]) }
    const report = await previewConnection(me, input)
    expect(report).toMatchObject({
      terminals: 4,
      already: 0,
      changes: 4,
      notAndroid: { count: 1 },
      leaving: [{ id: one.id, terminals: 1 }],
      tally: {
        install: [{ package: 'com.two', versionCode: 1, terminals: 3 }],
        remove: [{ package: 'com.one', terminals: 1 }],
      },
    })
    const { fingerprint } = report
    expect(await applyConnection(me, { ...input, fingerprint })).toMatchObject({ changes: 4 })
    expect(await previewConnection(me, input)).toMatchObject({ already: 4, changes: 0 })
    expect(await setOf(rest[0] ?? '')).toMatchObject({ setId: two.id })
  })

  it('is not done where the set says something else by now, or other terminals would change', async () => {
    const set = await newSet('com.one')
    const [first = '', second = ''] = await addTerminals(me, 2)
    const input = { setId: set.id, choice: choiceOf([first, second]) }
    const { fingerprint } = await previewConnection(me, input)
    await changeSet(me, { setId: set.id, edition: set.edition, lines: [], removesOthers: true })
    await expect(applyConnection(me, { ...input, fingerprint })).rejects.toMatchObject({
      code: 'assignment_changed',
    })
    const again = await previewConnection(me, input)
    await connect(me, set.id, [second])
    await expect(applyConnection(me, { ...input, fingerprint: again.fingerprint })).rejects.toMatchObject({
      code: 'assignment_changed',
    })
    expect(await setOf(first)).toBeUndefined()
  })

  it('takes their sets from terminals, and reaches none that the caller does not see', async () => {
    const set = await newSet('com.one')
    const ids = await addTerminals(me, 2)
    await connect(me, set.id, ids)
    const limited = makeCtx(services, limitedOperator({ groupIds: [] }))
    const input = { setId: null, choice: choiceOf(ids) }
    expect(await previewConnection(limited, input)).toMatchObject({
      terminals: 0,
      unknown: { count: 2 },
      leaving: [],
    })
    const { fingerprint } = await previewConnection(me, input)
    expect(await applyConnection(me, { ...input, fingerprint })).toMatchObject({ changes: 2 })
    expect(await setOf(ids[0] ?? '')).toBeUndefined()
  })
})

describe('a swap', () => {
  it('gives the set to the new terminal, at the revision that a rollout has brought, and back', async () => {
    const [set, own] = [await newSet('com.one'), await newSet('com.two')]
    const [old = '', next = ''] = await addTerminals(me, 2)
    await connect(me, set.id, [old])
    await connect(me, own.id, [next])
    await database.sql`update app_connections set pinned_revision = 7 where terminal_id = ${old}`
    const { id } = await swapTerminals(me, {
      oldTerminalId: old,
      replacement: { terminalId: next },
      reason: 'broken',
    })
    expect(await setOf(next)).toEqual({ setId: set.id, pinned: 7 })
    expect(await setOf(old)).toBeUndefined()
    await undoSwap(me, { swapId: id })
    expect(await setOf(old)).toEqual({ setId: set.id, pinned: 7 })
    expect(await setOf(next)).toEqual({ setId: own.id, pinned: null })
  })

  it('that is taken back leaves a set alone that somebody has chosen since', async () => {
    const [set, later] = [await newSet('com.one'), await newSet('com.two')]
    const [old = '', next = ''] = await addTerminals(me, 2)
    await connect(me, set.id, [old])
    const { id } = await swapTerminals(me, {
      oldTerminalId: old,
      replacement: { terminalId: next },
      reason: 'broken',
    })
    await connect(me, later.id, [next])
    await undoSwap(me, { swapId: id })
    expect(await setOf(next)).toMatchObject({ setId: later.id })
    expect(await setOf(old)).toBeUndefined()
  })
})
