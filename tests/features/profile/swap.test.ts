import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { issueCredential } from '../../../src/features/credentials'
import { importLicence } from '../../../src/features/licenses/service/import'
import { profileJobs } from '../../../src/features/profile/jobs'
import { getSwap, listSwaps } from '../../../src/features/profile/swap/list'
import { previewSwap } from '../../../src/features/profile/swap/preview'
import { swapTerminals } from '../../../src/features/profile/swap/swap'
import { undoSwap } from '../../../src/features/profile/swap/undo'
import { getTerminalProfile, listProfileHistory } from '../../../src/features/profile/terminal-profile'
import { getTerminal } from '../../../src/features/terminals/service/find'
import { createGroup, createMerchant, deleteGroup } from '../../../src/features/terminals/service/places'
import { registerTerminal, updateTerminal } from '../../../src/features/terminals/service/register'
import {
  reopenTerminal,
  resumeTerminal,
  retireTerminal,
  suspendTerminal,
} from '../../../src/features/terminals/service/states'
import { useTestDatabase } from '../../support/postgres'
import {
  integrator,
  job,
  jobRun,
  limitedOperator,
  makeCtx,
  makeServices,
  operator,
} from '../../support/services'
import { assignedSerials, doBoth, makeRule } from './fleet'

const database = useTestDatabase()
let services: Services
let me: Ctx
beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
})

const at = (ctx: Ctx, offsetMs: number): Ctx => ({
  ...ctx,
  clock: { ...ctx.clock, now: () => new Date(Date.now() + offsetMs) },
})
const makeActive = (id: string) => database.sql`update terminals set state = 'active' where id = ${id}`
const register = async (serial: string, more = {}, isActive = true) => {
  const { id } = await registerTerminal(me, { serial, platform: 'wiseasy-wpos3', model: 'WPOS-3', ...more })
  if (isActive) await makeActive(id)
  return id
}
const tids = (...values: string[]) => ({
  tids: values.map((tid, n) => ({ acquirer: `bank-${n}`, tid, mid: `m${n}` })),
})
const view = (terminalId: string) => getTerminal(me, { terminalId })
/** What an undo has to bring back. */
const stands = async (terminalId: string) => {
  const { enrollmentCodes: _codes, ...rest } = await view(terminalId)
  const rules = (await getTerminalProfile(me, { terminalId })).rules.map((rule) => rule.ruleId)
  return { ...rest, rules }
}
const actionsOf = async (id: string) =>
  (await database.sql`select action from audit_entries where subject_id = ${id} order by seq`).map(
    (row) => row.action,
  )

describe('a swap', () => {
  it('gives the new terminal all that the old one has by its place, and suspends the old one', async () => {
    const group = await createGroup(me, { name: 'North' })
    const merchant = await createMerchant(me, { name: 'Shop' })
    const place = { merchantId: merchant.id, address: 'Main Street 1', groupIds: [group.id] }
    const settings = { checkInIntervalSeconds: 77, timeZone: 'Asia/Omsk', mayRedirect: true }
    const old = await register('S-1', { ...tids('1001', '1002'), ...place, ...settings })
    const next = await register('S-2', { notes: 'from the shelf' })
    const byTid = await makeRule(database.sql)
    await doBoth(me, { ruleId: byTid, what: 'assign', choice: { by: 'tids', tids: ['1001'] } })
    const result = await swapTerminals(me, {
      oldTerminalId: old,
      replacement: { terminalId: next },
      reason: 'fell',
    })
    expect(result).toMatchObject({
      old: { terminalId: old, serial: 'S-1' },
      new: { terminalId: next, serial: 'S-2' },
      ...{ reason: 'fell', byName: 'the operator', keysRequested: true, enrollment: null },
      ...{ undoneAt: null, retiredAt: null },
    })
    expect(await view(next)).toMatchObject({
      ...{ state: 'active', notes: 'from the shelf', ...place, ...settings },
      tids: [
        { acquirer: 'bank-0', tid: '1001', mid: 'm0' },
        { acquirer: 'bank-1', tid: '1002', mid: 'm1' },
      ],
    })
    expect(await view(old)).toMatchObject({ state: 'suspended', tids: [], merchantId: merchant.id })
    expect(await assignedSerials(database.sql, byTid)).toEqual(['S-2'])
    expect(await actionsOf(old)).toEqual(['terminal.registered', 'terminal.suspended', 'terminal.replaced'])
    expect(await actionsOf(next)).toEqual(['terminal.registered', 'terminal.took_over'])
    const { items } = await listSwaps(me, { terminalId: next })
    expect(items).toMatchObject([{ id: result.id }])
    expect(await getSwap(me, { swapId: result.id })).toEqual(items[0])
  })

  it('takes along what was assigned to the terminal itself, told in the history of both', async () => {
    const old = await register('S-3')
    const next = await register('S-4')
    const [moved, shared] = [await makeRule(database.sql), await makeRule(database.sql)]
    const choice = { by: 'terminals' as const, terminalIds: [old] }
    await doBoth(me, { ruleId: moved, what: 'assign', choice })
    await doBoth(me, { ruleId: shared, what: 'assign', choice: { ...choice, terminalIds: [old, next] } })
    const { id: swapId } = await swapTerminals(me, { oldTerminalId: old, replacement: { terminalId: next } })
    expect((await stands(next)).rules.sort()).toEqual([moved, shared].sort())
    expect((await stands(old)).rules).toEqual([shared])
    const told = async (terminalId: string) =>
      (await listProfileHistory(me, { terminalId })).items
        .filter((one) => one.ruleId === moved)
        .map((one) => one.what)
    expect(await told(next)).toEqual(['assigned'])
    expect(await told(old)).toEqual(['unassigned', 'assigned'])
    await undoSwap(me, { swapId })
    expect((await stands(old)).rules.sort()).toEqual([moved, shared].sort())
    expect((await stands(next)).rules).toEqual([shared])
  })

  it('registers the new one where it is not there yet, and makes a code for it', async () => {
    const group = await createGroup(me, { name: 'South' })
    const old = await register('S-5', { ...tids('1005'), groupIds: [group.id] })
    const limited = makeCtx(services, limitedOperator({ groupIds: [group.id] }))
    const asked = { oldTerminalId: old, replacement: { serial: 'S-6' } }
    expect(await previewSwap(limited, asked)).toMatchObject({
      old: { terminalId: old, state: 'active' },
      new: { terminalId: null, serial: 'S-6', platform: 'wiseasy-wpos3', model: 'WPOS-3', state: 'expected' },
      moves: { tids: [{ tid: '1005' }], groups: 1 },
      needsEnrolment: true,
    })
    const result = await swapTerminals(limited, asked)
    expect(result.enrollment).toMatchObject({ terminals: 1 })
    expect(await view(result.new.terminalId)).toMatchObject({
      ...{ serial: 'S-6', platform: 'wiseasy-wpos3', state: 'expected', groupIds: [group.id] },
      enrollmentCodes: { open: 1 },
      tids: [{ tid: '1005' }],
    })
    const without = makeCtx(services, integrator('terminals:write'))
    const again = { oldTerminalId: result.new.terminalId, replacement: { serial: 'S-7' } }
    await expect(swapTerminals(without, again)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await swapTerminals(without, { ...again, issueCode: false })).toMatchObject({
      enrollment: null,
      missingProducts: null,
    })
  })

  it('says which licences the new one has, and which are missing', async () => {
    const old = await register('S-8', tids('1008'))
    const next = await register('S-9')
    const give = (serial: string, licId: string, product: string) =>
      importLicence(me, {
        fileName: `${licId}.json`,
        bytes: Buffer.from(JSON.stringify({ serial, platform: 'wiseasy-wpos3', licId, product })),
      })
    const asked = { oldTerminalId: old, replacement: { terminalId: next } }
    expect((await previewSwap(me, asked)).warnings).toContain('licence_missing')
    await give('S-8', 'L-1', 'pay')
    await give('S-8', 'L-2', 'loyalty')
    await give('S-9', 'L-3', 'pay')
    expect(await previewSwap(me, asked)).toMatchObject({
      old: { licences: [{ licId: 'L-2' }, { licId: 'L-1' }] },
      new: { licences: [{ licId: 'L-3', product: 'pay' }] },
      missingProducts: ['loyalty'],
      warnings: ['licence_missing'],
    })
    await give('S-9', 'L-4', 'loyalty')
    expect(await previewSwap(me, asked)).toMatchObject({ missingProducts: [], warnings: [] })
    expect(await swapTerminals(me, asked)).toMatchObject({ missingProducts: [], warnings: [] })
  })
})

describe('swaps that nobody can mean', () => {
  const both = async (ctx: Ctx, asked: Parameters<typeof previewSwap>[1], code: string) => {
    await expect(previewSwap(ctx, asked)).rejects.toMatchObject({ code })
    await expect(swapTerminals(ctx, asked)).rejects.toMatchObject({ code })
  }

  it('by itself, by one that stands elsewhere, by one out of work, of one out of service', async () => {
    const old = await register('R-1', tids('2001'))
    const busy = await register('R-2', tids('2002'))
    const suspended = await register('R-3')
    await suspendTerminal(me, { terminalId: suspended })
    const retired = await register('R-4')
    await retireTerminal(me, { terminalId: retired })
    const by = (terminalId: string) => ({ oldTerminalId: old, replacement: { terminalId } })
    await both(me, by(old), 'swap_same_terminal')
    await both(me, { oldTerminalId: old, replacement: { serial: 'R-1' } }, 'swap_same_terminal')
    await both(me, by(busy), 'swap_new_has_tids')
    await both(me, by(suspended), 'swap_new_not_ready')
    await both(me, by(retired), 'swap_new_not_ready')
    await both(me, { oldTerminalId: retired, replacement: { serial: 'R-9' } }, 'swap_old_ended')
    await both(me, by(newId()), 'terminal_not_found')
    await both(me, { oldTerminalId: newId(), replacement: { serial: 'R-9' } }, 'terminal_not_found')
    expect(await view(old)).toMatchObject({ state: 'active', tids: [{ tid: '2001' }] })
  })

  it('with terminals that the caller does not see, or may not take from their place', async () => {
    const group = await createGroup(me, { name: 'Seen' })
    const merchant = await createMerchant(me, { name: 'Unseen' })
    const old = await register('R-5', { ...tids('2005'), groupIds: [group.id] })
    const hidden = await register('R-6')
    const others = await register('R-7', { groupIds: [group.id], merchantId: merchant.id })
    const limited = makeCtx(services, limitedOperator({ groupIds: [group.id] }))
    await both(limited, { oldTerminalId: old, replacement: { terminalId: hidden } }, 'terminal_not_found')
    await both(limited, { oldTerminalId: old, replacement: { serial: 'R-6' } }, 'registration_refused')
    await both(limited, { oldTerminalId: hidden, replacement: { terminalId: old } }, 'terminal_not_found')
    await expect(
      swapTerminals(limited, { oldTerminalId: old, replacement: { terminalId: others } }),
    ).rejects.toMatchObject({ code: 'outside_your_limits' })
    await both(
      makeCtx(services, operator('viewer')),
      { oldTerminalId: old, replacement: { serial: 'X' } },
      'forbidden',
    )
  })

  it('with another platform, unless that is meant', async () => {
    const old = await register('R-8', tids('2008'))
    const next = await register('R-10', { platform: 'feitian-f20' })
    const asked = { oldTerminalId: old, replacement: { terminalId: next } }
    expect((await previewSwap(me, asked)).warnings).toContain('other_platform')
    await expect(swapTerminals(me, asked)).rejects.toMatchObject({ code: 'swap_other_platform' })
    await swapTerminals(me, { ...asked, isOtherPlatformMeant: true })
    expect(await view(next)).toMatchObject({ platform: 'feitian-f20', tids: [{ tid: '2008' }] })
  })

  it('twice at the same moment: one is done, and every TID has one live terminal', async () => {
    const old = await register('R-11', tids('2011', '2012'))
    const next = [await register('R-12'), await register('R-13')]
    const done = await Promise.allSettled(
      next.map((terminalId) => swapTerminals(me, { oldTerminalId: old, replacement: { terminalId } })),
    )
    expect(done.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(done.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { code: 'swap_done_already' },
    })
    const held = await database.sql`
      select count(distinct terminal_id)::int as holders, count(*)::int as tids from terminal_tids
      where tid in ('2011', '2012') and is_live`
    expect(held[0]).toEqual({ holders: 1, tids: 2 })
  })

  it('of two old ones by one new one at the same moment: one is done', async () => {
    const olds = [await register('R-14', tids('2014')), await register('R-15', tids('2015'))]
    const next = await register('R-16')
    const done = await Promise.allSettled(
      olds.map((oldTerminalId) => swapTerminals(me, { oldTerminalId, replacement: { terminalId: next } })),
    )
    expect(done.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { code: 'swap_new_has_tids' },
    })
    expect((await view(next)).tids).toHaveLength(1)
  })
})

describe('taking a swap back', () => {
  const swapped = async (serial: string, more = {}) => {
    const shelf = await createGroup(me, { name: `Shelf ${serial}` })
    const group = await createGroup(me, { name: `Shop ${serial}` })
    const old = await register(`${serial}-OLD`, {
      ...tids(`${serial}1`, `${serial}2`),
      groupIds: [group.id],
      ...more,
    })
    const next = await register(`${serial}-NEW`, { groupIds: [shelf.id], address: 'store', timeZone: 'UTC' })
    await reopenTerminal(me, { terminalId: old })
    const before = [await stands(old), await stands(next)]
    const { id: swapId } = await swapTerminals(me, { oldTerminalId: old, replacement: { terminalId: next } })
    return { old, next, swapId, before, group, shelf }
  }
  const bothStand = async ({ old, next }: { old: string; next: string }) => [
    await stands(old),
    await stands(next),
  ]

  it('brings both back exactly as they were', async () => {
    const swap = await swapped('U', { checkInIntervalSeconds: 99, mayRedirect: true, address: 'A street' })
    expect(await bothStand(swap)).not.toEqual(swap.before)
    expect(await undoSwap(me, { swapId: swap.swapId })).toMatchObject({
      undoneAt: expect.any(String),
      retireAt: null,
      keysRequested: false,
    })
    expect(await bothStand(swap)).toEqual(swap.before)
    expect((await actionsOf(swap.old)).at(-1)).toBe('terminal.swap_undone')
    await expect(undoSwap(me, { swapId: swap.swapId })).rejects.toMatchObject({ code: 'swap_undo_over' })
    const again = { oldTerminalId: swap.old, replacement: { terminalId: swap.next } }
    await expect(swapTerminals(me, again)).resolves.toBeTruthy()
  })

  it('is possible for an hour', async () => {
    const { swapId } = await swapped('V')
    await expect(undoSwap(at(me, 3_601_000), { swapId })).rejects.toMatchObject({ code: 'swap_undo_over' })
    await expect(undoSwap(at(me, 3_590_000), { swapId })).resolves.toBeTruthy()
  })

  it('is refused where somebody changed one of them since, but not because the new one has enrolled', async () => {
    const changed = await swapped('W')
    await updateTerminal(me, { terminalId: changed.next, address: 'elsewhere' })
    await expect(undoSwap(me, { swapId: changed.swapId })).rejects.toMatchObject({ code: 'swap_changed' })
    const resumed = await swapped('X')
    await resumeTerminal(me, { terminalId: resumed.old })
    await expect(undoSwap(me, { swapId: resumed.swapId })).rejects.toMatchObject({ code: 'swap_changed' })
    expect(await view(resumed.next)).toMatchObject({ tids: [{ tid: 'X1' }, { tid: 'X2' }] })
    const old = await register('Y-OLD', tids('Y1'))
    const { id: swapId, new: next } = await swapTerminals(me, {
      oldTerminalId: old,
      replacement: { serial: 'Y-NEW' },
    })
    await makeActive(next.terminalId)
    await undoSwap(me, { swapId })
    expect(await view(old)).toMatchObject({ state: 'active', tids: [{ tid: 'Y1' }] })
    expect(await view(next.terminalId)).toMatchObject({ state: 'active', tids: [] })
  })

  it('leaves out a group that is gone meanwhile', async () => {
    const { swapId, shelf, next } = await swapped('Z')
    await deleteGroup(me, { groupId: shelf.id })
    await undoSwap(me, { swapId })
    expect(await view(next)).toMatchObject({ groupIds: [], tids: [] })
  })

  it('is for who sees both, and done once by two at the same moment', async () => {
    const { swapId } = await swapped('T')
    const stranger = makeCtx(services, limitedOperator({ groupIds: [newId()] }))
    await expect(undoSwap(stranger, { swapId })).rejects.toMatchObject({ code: 'swap_not_found' })
    expect((await listSwaps(stranger, {})).items).toEqual([])
    await expect(getSwap(stranger, { swapId })).rejects.toMatchObject({ code: 'swap_not_found' })
    await expect(undoSwap(me, { swapId: newId() })).rejects.toMatchObject({ code: 'swap_not_found' })
    const done = await Promise.allSettled([1, 2].map(() => undoSwap(me, { swapId })))
    expect(done.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { code: 'swap_undo_over' },
    })
  })
})

describe('a terminal that was replaced', () => {
  const [retire] = profileJobs
  const run = (days: number) => retire?.run(at(makeCtx(services, job()), days * 86_400_000), jobRun())

  it('is retired after its days, with its secrets, unless it is in service again', async () => {
    const broken = await register('J-1', tids('3001'))
    const repaired = await register('J-2', tids('3002'))
    const [one] = await issueAll([broken])
    for (const [oldTerminalId, serial] of [
      [broken, 'J-3'],
      [repaired, 'J-4'],
    ] as const)
      await swapTerminals(me, { oldTerminalId, replacement: { serial } })
    await resumeTerminal(me, { terminalId: repaired })
    await run(13)
    expect(await view(broken)).toMatchObject({ state: 'suspended' })
    await run(15)
    expect(await view(broken)).toMatchObject({ state: 'retired' })
    expect(await view(repaired)).toMatchObject({ state: 'active' })
    expect(await database.sql`select state from credentials where id = ${one ?? ''}`).toEqual([
      { state: 'ended' },
    ])
    expect((await listSwaps(me, { terminalId: broken })).items).toMatchObject([
      { retireAt: null, retiredAt: expect.any(String) },
    ])
    expect((await listSwaps(me, { terminalId: repaired })).items).toMatchObject([
      { retireAt: null, retiredAt: null },
    ])
    expect((await actionsOf(broken)).at(-1)).toBe('terminal.retired')
  })

  it('may be the new one of a later swap, once it is resumed, and is then not retired', async () => {
    const first = await register('J-5', tids('3005'))
    await swapTerminals(me, { oldTerminalId: first, replacement: { serial: 'J-6' } })
    await resumeTerminal(me, { terminalId: first })
    const other = await register('J-7', tids('3007'))
    await swapTerminals(me, { oldTerminalId: other, replacement: { terminalId: first } })
    await run(15)
    expect(await view(first)).toMatchObject({ state: 'active', tids: [{ tid: '3007' }] })
  })

  async function issueAll(ids: string[]): Promise<string[]> {
    for (const subjectId of ids)
      await issueCredential(services.db, {
        ...{ subjectKind: 'terminal', subjectId, origin: 'enrollment', now: new Date() },
      })
    const rows = await database.sql<{ id: string }[]>`
      select id from credentials where subject_id in ${database.sql(ids)}`
    return rows.map((row) => row.id)
  }
})
