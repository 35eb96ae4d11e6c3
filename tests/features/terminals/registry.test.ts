import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import {
  getEnrollmentCode,
  issueEnrollmentCode,
  listEnrollmentCodes,
  revokeEnrollmentCode,
} from '../../../src/features/terminals/service/codes'
import {
  findTerminalBySerial,
  getTerminal,
  listTerminals,
} from '../../../src/features/terminals/service/find'
import {
  createGroup,
  createMerchant,
  deleteGroup,
  deleteMerchant,
  listGroups,
  listMerchants,
  updateGroup,
} from '../../../src/features/terminals/service/places'
import { registerTerminal, updateTerminal } from '../../../src/features/terminals/service/register'
import {
  reopenTerminal,
  resumeTerminal,
  retireTerminal,
  revokeTerminal,
  suspendTerminal,
} from '../../../src/features/terminals/service/states'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let services: Services
let me: Ctx
beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
})

const register = (serial: string, more = {}) =>
  registerTerminal(me, { serial, platform: 'wiseasy-wpos3', ...more })
const auditOf = async (subjectId: string) =>
  (await database.sql`select action from audit_entries where subject_id = ${subjectId} order by seq`).map(
    (row) => row.action,
  )
const makeActive = (id: string) => database.sql`update terminals set state = 'active' where id = ${id}`

describe('a name with characters that nobody sees', () => {
  const NAME = 'Shops\u202e'
  it('is refused for a new group, and a group that has one is read, renamed and changed otherwise', async () => {
    await expect(createGroup(me, { name: NAME })).rejects.toMatchObject({
      code: 'invalid_input',
      details: { issues: [{ path: 'name' }] },
    })
    const id = newId()
    await database.sql`insert into terminal_groups (id, name) values (${id}, ${NAME})`
    expect((await listGroups(me, { limit: 100, search: 'Shops' })).items).toMatchObject([{ id, name: NAME }])
    await updateGroup(me, { groupId: id, notes: 'from before' })
    await expect(updateGroup(me, { groupId: id, name: NAME })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect(await updateGroup(me, { groupId: id, name: 'Shops' })).toMatchObject({ name: 'Shops' })
  })
})

describe('registering a terminal', () => {
  it('keeps what was said of it, with an audit row', async () => {
    const view = await register('REG-1', {
      model: 'WPOS-3',
      tids: [{ acquirer: 'bank-a', tid: '00000001', mid: 'M1' }],
    })
    expect(await getTerminal(me, { terminalId: view.id })).toMatchObject({
      serial: 'REG-1',
      state: 'expected',
      tids: [{ acquirer: 'bank-a', tid: '00000001', mid: 'M1' }],
    })
    expect(await auditOf(view.id)).toEqual(['terminal.registered'])
  })

  it('refuses a serial number twice, also at the same moment', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => register('REG-2')))
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of outcomes)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'serial_taken' })
  })

  it('tells a caller with limits nothing of a terminal out of its sight that has the number', async () => {
    const group = await createGroup(me, { name: 'Registering' })
    const limited = makeCtx(services, limitedOperator({ groupIds: [group.id] }))
    const tids = [{ acquirer: 'bank-hidden', tid: '88' }]
    await register('REG-HIDDEN', { tids })
    const add = (serial: string, more = {}) =>
      registerTerminal(limited, { serial, platform: 'other', groupIds: [group.id], ...more })
    const refusals = await Promise.all(
      [add('REG-HIDDEN'), add('REG-OWN', { tids })].map((asked) =>
        asked.catch(({ kind, code, message, details }) => ({ kind, code, message, details })),
      ),
    )
    expect(refusals[0]).toMatchObject({ kind: 'forbidden', code: 'registration_refused' })
    expect(refusals[1]).toEqual(refusals[0])
    expect(JSON.stringify(refusals)).not.toMatch(/REG-HIDDEN|88|taken|already/)
    await add('REG-OWN')
    await expect(add('REG-OWN')).rejects.toMatchObject({ code: 'serial_taken' })
  })

  it('refuses a TID that a live terminal of the acquirer has, also at the same moment', async () => {
    const tids = [{ acquirer: 'bank-b', tid: '77' }]
    const outcomes = await Promise.allSettled(
      ['A', 'B', 'C'].map((name) => register(`TID-${name}`, { tids })),
    )
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of outcomes)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'tid_taken' })
    await expect(
      register('TID-OTHER-BANK', { tids: [{ acquirer: 'bank-c', tid: '77' }] }),
    ).resolves.toBeTruthy()
  })

  it('names what does not exist', async () => {
    const nowhere = '00000000-0000-7000-8000-000000000000'
    await expect(register('REG-3', { groupIds: [nowhere] })).rejects.toMatchObject({
      code: 'group_not_found',
    })
    await expect(register('REG-3', { merchantId: nowhere })).rejects.toMatchObject({
      code: 'merchant_not_found',
    })
    await expect(findTerminalBySerial(me, { serial: 'REG-3' })).rejects.toMatchObject({
      code: 'terminal_not_found',
    })
  })

  it('is for those who may', async () => {
    for (const actor of [operator('viewer'), integrator('terminals:read')])
      await expect(
        registerTerminal(makeCtx(services, actor), { serial: 'REG-4', platform: 'other' }),
      ).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('changing a terminal', () => {
  it('has a time zone and a way of downloads of its own, and no zone that nobody knows', async () => {
    const { id } = await registerTerminal(me, { serial: 'ZONE-1', platform: 'other', timeZone: 'Asia/Omsk' })
    const change = { timeZone: 'Europe/Moscow', mayRedirect: true }
    expect(await updateTerminal(me, { terminalId: id, ...change })).toMatchObject(change)
    expect(await updateTerminal(me, { terminalId: id, timeZone: null })).toMatchObject({ timeZone: null })
    await expect(updateTerminal(me, { terminalId: id, timeZone: 'Europe/Nowhere' })).rejects.toMatchObject({
      code: 'invalid_input',
      details: { issues: [{ path: 'timeZone' }] },
    })
  })

  it('has a check value of its transport key in capitals, which can be taken away, and no other text there', async () => {
    const given = { serial: 'KTK-1', platform: 'other', transportKeyKcv: ' d1d812 ' } as const
    const { id, transportKeyKcv } = await registerTerminal(me, given)
    expect(transportKeyKcv).toBe('D1D812')
    const change = { terminalId: id, transportKeyKcv: '08793e25ab' }
    expect(await updateTerminal(me, change)).toMatchObject({ transportKeyKcv: '08793E25AB' })
    expect(await updateTerminal(me, { terminalId: id, notes: 'x' })).toMatchObject({
      transportKeyKcv: '08793E25AB',
    })
    expect(await updateTerminal(me, { terminalId: id, transportKeyKcv: null })).toMatchObject({
      transportKeyKcv: null,
    })
    for (const wrong of ['', 'D1D81', 'D1D812D1D81', 'XYZXYZ'])
      await expect(updateTerminal(me, { terminalId: id, transportKeyKcv: wrong })).rejects.toMatchObject({
        code: 'invalid_input',
        details: { issues: [{ path: 'transportKeyKcv' }] },
      })
  })

  it('changes what is said and nothing else, and owes no audit row where nothing changed', async () => {
    const { id } = await register('CH-1', { notes: 'one', tids: [{ tid: 'T-CH1'.replace('-', '') }] })
    expect(await updateTerminal(me, { terminalId: id, notes: 'two' })).toMatchObject({
      notes: 'two',
      tids: [{ tid: 'TCH1' }],
    })
    await updateTerminal(me, { terminalId: id, notes: 'two' })
    expect(await auditOf(id)).toEqual(['terminal.registered', 'terminal.updated'])
    const [entry] =
      await database.sql`select changes from audit_entries where subject_id = ${id} order by seq desc limit 1`
    expect(entry?.changes).toEqual({ notes: { before: 'one', after: 'two' } })
  })
})

describe('the life of a terminal', () => {
  it('goes the allowed ways and refuses the others', async () => {
    const { id: terminalId } = await register('LIFE-1', { tids: [{ acquirer: 'life', tid: '1' }] })
    await expect(suspendTerminal(me, { terminalId })).rejects.toMatchObject({ code: 'transition_refused' })
    await expect(resumeTerminal(me, { terminalId })).rejects.toMatchObject({ code: 'transition_refused' })
    await makeActive(terminalId)
    expect((await suspendTerminal(me, { terminalId })).state).toBe('suspended')
    expect((await resumeTerminal(me, { terminalId })).state).toBe('active')
    expect((await retireTerminal(me, { terminalId })).state).toBe('retired')
    await expect(suspendTerminal(me, { terminalId })).rejects.toMatchObject({ code: 'transition_refused' })
    expect((await revokeTerminal(me, { terminalId })).state).toBe('revoked')
    expect((await reopenTerminal(me, { terminalId })).state).toBe('expected')
  })

  it('gives its TIDs free when it ends, and takes them back when it is re-opened, if they are still free', async () => {
    const tids = [{ acquirer: 'free', tid: '5' }]
    const first = await register('LIFE-2', { tids })
    await retireTerminal(me, { terminalId: first.id })
    const second = await register('LIFE-3', { tids })
    await expect(reopenTerminal(me, { terminalId: first.id })).rejects.toMatchObject({ code: 'tid_taken' })
    await retireTerminal(me, { terminalId: second.id })
    expect((await reopenTerminal(me, { terminalId: first.id })).state).toBe('expected')
  })

  it('tells the servers of every change', async () => {
    const { id: terminalId } = await register('LIFE-4')
    const before = await database.sql`select seq from change_feed where subject_id = ${terminalId}`
    await retireTerminal(me, { terminalId })
    const after = await database.sql`select seq from change_feed where subject_id = ${terminalId}`
    expect(after.length).toBe(before.length + 1)
  })
})

describe('enrolment codes', () => {
  it('are for many serial numbers at once, and name those they cannot be for', async () => {
    await register('CODE-1')
    await register('CODE-2')
    const issued = await issueEnrollmentCode(me, { serials: ['CODE-1', 'CODE-2', 'CODE-1'] })
    expect(issued).toMatchObject({
      terminals: 2,
      enrollmentCode: expect.stringMatching(/^(?:[2-9A-HJKMNP-Z]{5}-){4}[2-9A-HJKMNP-Z]{5}$/),
    })
    await expect(issueEnrollmentCode(me, { serials: ['CODE-1', 'CODE-404'] })).rejects.toMatchObject({
      code: 'terminals_not_found',
      details: { values: { serials: ['CODE-404'] } },
    })
    const active = await register('CODE-3')
    await makeActive(active.id)
    await expect(issueEnrollmentCode(me, { serials: ['CODE-3'] })).rejects.toMatchObject({
      code: 'already_active',
    })
  })

  it('are told to a caller with limits as far as it sees their terminals, and are ended by who sees all of them', async () => {
    const group = await createGroup(me, { name: 'Coded' })
    await register('CODE-MINE', { groupIds: [group.id] })
    await register('CODE-ANOTHER')
    await register('CODE-FOREIGN')
    const { codeId } = await issueEnrollmentCode(me, { serials: ['CODE-MINE', 'CODE-ANOTHER'] })
    const { codeId: foreign } = await issueEnrollmentCode(me, { serials: ['CODE-FOREIGN'] })
    await database.sql`update enrollment_code_terminals set spent_at = now() where code_id = ${codeId}
      and terminal_id = (select id from terminals where serial = 'CODE-ANOTHER')`
    const limited = makeCtx(services, limitedOperator({ groupIds: [group.id] }))
    const seen = { id: codeId, terminals: 1, spent: 0, isWithinLimits: false }
    expect((await listEnrollmentCodes(limited, {})).items).toEqual([expect.objectContaining(seen)])
    expect(await getEnrollmentCode(limited, { codeId })).toMatchObject(seen)
    expect(await getEnrollmentCode(me, { codeId })).toMatchObject({
      terminals: 2,
      spent: 1,
      isWithinLimits: true,
    })
    await expect(revokeEnrollmentCode(limited, { codeId })).rejects.toMatchObject({
      code: 'enrollment_code_beyond_limits',
    })
    for (const verb of [getEnrollmentCode, revokeEnrollmentCode])
      await expect(verb(limited, { codeId: foreign })).rejects.toMatchObject({
        code: 'enrollment_code_not_found',
      })
    const { codeId: own } = await issueEnrollmentCode(limited, { serials: ['CODE-MINE'] })
    expect(await revokeEnrollmentCode(limited, { codeId: own })).toEqual({ codeId: own })
    for (const one of [codeId, foreign]) await revokeEnrollmentCode(me, { codeId: one })
  })

  it('are listed without the code, and can be ended', async () => {
    await register('CODE-4')
    const { codeId, enrollmentCode } = await issueEnrollmentCode(me, { serials: ['CODE-4'] })
    const open = await listEnrollmentCodes(me, {})
    expect(JSON.stringify(open)).not.toContain(enrollmentCode)
    expect(open.items[0]).toMatchObject({ id: codeId, terminals: 1, spent: 0 })
    const other = await register('CODE-OTHER')
    expect((await listEnrollmentCodes(me, { terminalId: other.id })).items).toEqual([])
    await revokeEnrollmentCode(me, { codeId })
    expect((await listEnrollmentCodes(me, {})).items.map((one) => one.id)).not.toContain(codeId)
  })
})

describe('finding terminals', () => {
  it('names groups and merchant, and says whether a code waits', async () => {
    const group = await createGroup(me, { name: 'Named' })
    const merchant = await createMerchant(me, { name: 'Named shop' })
    const { id: terminalId } = await register('NAMED-1', { groupIds: [group.id], merchantId: merchant.id })
    const first = await issueEnrollmentCode(me, { serials: ['NAMED-1'], expiresInHours: 1 })
    const last = await issueEnrollmentCode(me, { serials: ['NAMED-1'], expiresInHours: 2 })
    expect(await getTerminal(me, { terminalId })).toMatchObject({
      groups: [{ id: group.id, name: 'Named' }],
      merchantName: 'Named shop',
      enrollmentCodes: { open: 2, expiresAt: last.expiresAt },
    })
    for (const { codeId } of [first, last]) await revokeEnrollmentCode(me, { codeId })
    expect((await listTerminals(me, { search: 'NAMED-1' })).items[0]).toMatchObject({
      enrollmentCodes: { open: 0, expiresAt: null },
    })
  })

  it('finds by the start of serial number, TID and MID', async () => {
    await register('FIND-1', { tids: [{ acquirer: 'find', tid: '90001', mid: 'MID90001' }] })
    await register('FIND-2', { tids: [{ acquirer: 'find', tid: '90002', mid: 'MID90002' }] })
    for (const search of ['FIND-1', '90001', 'MID90001'])
      expect((await listTerminals(me, { search })).items.map((one) => one.serial)).toEqual(['FIND-1'])
    expect((await listTerminals(me, { search: '9000' })).items).toHaveLength(2)
    expect((await listTerminals(me, { search: 'F_ND' })).items).toEqual([])
  })

  it('pages without gaps or repeats', async () => {
    for (let i = 0; i < 23; i++) await register(`PG-${String(i).padStart(2, '0')}`)
    const serials: string[] = []
    let cursor: string | undefined
    do {
      const page = await listTerminals(me, {
        search: 'PG-',
        limit: 5,
        ...(cursor === undefined ? {} : { cursor }),
      })
      serials.push(...page.items.map((one) => one.serial))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(serials).toEqual(Array.from({ length: 23 }, (_, i) => `PG-${String(i).padStart(2, '0')}`))
  })
})

describe('people with limits', () => {
  it('see, change and make only what lies within them', async () => {
    const group = await createGroup(me, { name: 'Within' })
    const merchant = await createMerchant(me, { name: 'Own shop' })
    const inside = await register('LIM-IN', { groupIds: [group.id] })
    const shop = await register('LIM-SHOP', { merchantId: merchant.id })
    const outside = await register('LIM-OUT', { tids: [{ acquirer: 'limits', tid: '1' }] })
    const limited = makeCtx(services, limitedOperator({ groupIds: [group.id], merchantIds: [merchant.id] }))
    expect((await listTerminals(limited, {})).items.map((one) => one.serial)).toEqual(['LIM-IN', 'LIM-SHOP'])
    await expect(getTerminal(limited, { terminalId: outside.id })).rejects.toMatchObject({
      code: 'terminal_not_found',
    })
    await expect(retireTerminal(limited, { terminalId: outside.id })).rejects.toMatchObject({
      code: 'terminal_not_found',
    })
    await expect(issueEnrollmentCode(limited, { serials: ['LIM-OUT'] })).rejects.toMatchObject({
      code: 'terminals_not_found',
    })
    expect((await updateTerminal(limited, { terminalId: inside.id, notes: 'mine' })).notes).toBe('mine')
    await expect(updateTerminal(limited, { terminalId: shop.id, merchantId: null })).rejects.toMatchObject({
      code: 'outside_your_limits',
    })
    await expect(registerTerminal(limited, { serial: 'LIM-NEW', platform: 'other' })).rejects.toMatchObject({
      code: 'outside_your_limits',
    })
    const taken = registerTerminal(limited, {
      serial: 'LIM-NEW',
      platform: 'other',
      groupIds: [group.id],
      tids: [{ acquirer: 'limits', tid: '1' }],
    })
    await expect(taken).rejects.toSatisfy((error: unknown) => !JSON.stringify(error).includes('LIM-OUT'))
    await expect(createGroup(limited, { name: 'Another' })).rejects.toMatchObject({
      code: 'outside_your_limits',
    })
    expect((await listGroups(limited, {})).items.map((one) => one.name)).toEqual(['Within'])
    expect((await listMerchants(limited, {})).items.map((one) => one.name)).toEqual(['Own shop'])
  })

  it('neither put terminals into places that they do not see, nor take them away from there', async () => {
    const [own, foreign] = [
      await createGroup(me, { name: 'North' }),
      await createGroup(me, { name: 'South' }),
    ]
    const merchant = await createMerchant(me, { name: 'Shop of others' })
    const limited = makeCtx(services, limitedOperator({ groupIds: [own.id] }))
    const facts = { platform: 'other' as const, groupIds: [own.id, foreign.id] }
    await expect(registerTerminal(limited, { serial: 'PLACE-0', ...facts })).rejects.toMatchObject({
      code: 'group_not_found',
    })
    const { id: terminalId } = await register('PLACE-1', { groupIds: [own.id] })
    await expect(
      updateTerminal(limited, { terminalId, groupIds: [own.id, foreign.id] }),
    ).rejects.toMatchObject({ code: 'group_not_found' })
    await expect(updateTerminal(limited, { terminalId, merchantId: merchant.id })).rejects.toMatchObject({
      code: 'merchant_not_found',
    })
    await updateTerminal(me, { terminalId, groupIds: [own.id, foreign.id], merchantId: merchant.id })
    await expect(updateTerminal(limited, { terminalId, merchantId: null })).rejects.toMatchObject({
      code: 'outside_your_limits',
    })
    const kept = await updateTerminal(limited, { terminalId, groupIds: [own.id], merchantId: merchant.id })
    expect(kept.groupIds.toSorted()).toEqual([own.id, foreign.id].toSorted())
    expect(kept.merchantId).toBe(merchant.id)
  })

  it('see nothing at all where their limits are empty', async () => {
    const nobody = makeCtx(services, limitedOperator({}))
    expect((await listTerminals(nobody, {})).items).toEqual([])
  })
})

describe('groups and merchants', () => {
  it('have names of their own, and leave their terminals when they go', async () => {
    const group = await createGroup(me, { name: 'Going' })
    await expect(createGroup(me, { name: 'GOING' })).rejects.toMatchObject({ code: 'group_name_taken' })
    const merchant = await createMerchant(me, { name: 'Shop', externalId: 'E1' })
    await expect(createMerchant(me, { name: 'Other', externalId: 'E1' })).rejects.toMatchObject({
      code: 'external_id_taken',
    })
    const { id } = await register('GO-1', { groupIds: [group.id], merchantId: merchant.id })
    expect(await deleteGroup(me, { groupId: group.id })).toEqual({ terminals: 1 })
    expect(await deleteMerchant(me, { merchantId: merchant.id })).toEqual({ terminals: 1 })
    expect(await getTerminal(me, { terminalId: id })).toMatchObject({ groupIds: [], merchantId: null })
  })

  it('are listed by name, page by page', async () => {
    for (const name of ['ящик', 'Якорь', 'beta', 'Alpha']) await createGroup(me, { name })
    const first = await listGroups(me, { limit: 2 })
    const second = await listGroups(me, { limit: 100, cursor: first.nextCursor ?? '' })
    const names = [...first.items, ...second.items].map((one) => one.name)
    expect(names.slice(0, 2)).toEqual(['Alpha', 'beta'])
    expect(new Set(names).size).toBe(names.length)
    const only = [first.items[1]?.id ?? '']
    expect((await listGroups(me, { ids: only })).items.map((one) => one.name)).toEqual(['beta'])
    expect((await listMerchants(me, { ids: only })).items).toEqual([])
    const [any] = first.items
    expect(await updateGroup(me, { groupId: any?.id ?? '', notes: 'n' })).toMatchObject({
      name: 'Alpha',
      notes: 'n',
    })
  })
})
