import { Readable } from 'node:stream'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { applyAssignment, previewAssignment } from '../../../src/features/profile/assignments/assign'
import { createGroup } from '../../../src/features/terminals/service/places'
import { registerTerminal, updateTerminal } from '../../../src/features/terminals/service/register'
import { retireTerminal } from '../../../src/features/terminals/service/states'
import { createUpload } from '../../../src/features/uploads/service/announce'
import { receivePart } from '../../../src/features/uploads/service/parts'
import { useTestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { assignedSerials, doBoth, makeRule } from './fleet'

const database = useTestDatabase()
let services: Services
let me: Ctx
beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
})

const register = async (serial: string, tids: string[] = [], more = {}) =>
  (
    await registerTerminal(me, {
      serial,
      platform: 'wiseasy-wpos3',
      tids: tids.map((tid, n) => ({ acquirer: n === 0 ? '' : `bank-${n}`, tid })),
      ...more,
    })
  ).id
const concerned = (ruleId: string) => assignedSerials(database.sql, ruleId)
const historyOf = (ruleId: string) => database.sql`
  select acquirer, tid, what, by_name from update_assignment_history where rule_id = ${ruleId} order by tid`

describe('the ways to choose who gets a rule', () => {
  it('one TID, many TIDs pasted, and what nobody has', async () => {
    const ruleId = await makeRule(database.sql)
    await register('W-1', ['10000001'])
    await register('W-2', ['10000002'])
    const choice = { by: 'tids' as const, tids: ['10000001', '10000002', '10000002', '19999999'] }
    expect(await previewAssignment(me, { ruleId, what: 'assign', choice })).toMatchObject({
      ...{ terminals: 2, tids: 2, withoutTid: 0, already: 0, changes: 2, changedTerminals: 2 },
      ...{ sample: ['10000001', '10000002'], unknown: { count: 1, first: ['19999999'] } },
    })
    expect(await concerned(ruleId)).toEqual([])
    await doBoth(me, { ruleId, what: 'assign', choice: { by: 'tids', tids: ['10000001'] } })
    expect(await doBoth(me, { ruleId, what: 'assign', choice })).toMatchObject({ already: 1, changes: 1 })
    expect(await concerned(ruleId)).toEqual(['W-1', 'W-2'])
  })

  it('a range, with leading zeros and letters', async () => {
    const ruleId = await makeRule(database.sql)
    for (const n of [8, 9, 10, 11]) await register(`R-${n}`, [`T00${String(n).padStart(2, '0')}`])
    const choice = { by: 'range' as const, from: 'T0009', to: 'T0010' }
    expect(await doBoth(me, { ruleId, what: 'assign', choice })).toMatchObject({
      changes: 2,
      unknown: { count: 0 },
    })
    expect(await concerned(ruleId)).toEqual(['R-10', 'R-9'])
    const wide = { ...choice, to: 'T0200' }
    expect(await previewAssignment(me, { ruleId, what: 'assign', choice: wide })).toMatchObject({
      already: 2,
      changes: 1,
      unknown: { count: 189, first: expect.objectContaining({ length: 189 }) },
    })
  })

  it('counts all that is unknown, and names ten thousand of it', async () => {
    const ruleId = await makeRule(database.sql)
    const tids = Array.from({ length: 10_001 }, (_, n) => `U${String(n).padStart(7, '0')}`)
    const report = await previewAssignment(me, { ruleId, what: 'assign', choice: { by: 'tids', tids } })
    expect(report.unknown.count).toBe(10_001)
    expect(report.unknown.first).toEqual(tids.slice(0, 10_000))
  })

  it.each([
    ['backwards', '10000010', '10000009'],
    ['of different lengths', '1', '10'],
    ['of more than ten thousand', '10000000', '10010000'],
    ['without digits at the end', '1000000A', '1000000B'],
    ['of different letters', 'A001', 'B002'],
  ])('no range %s', async (_, from, to) => {
    const choice = { by: 'range' as const, from, to }
    await expect(previewAssignment(me, { ruleId: newId(), what: 'assign', choice })).rejects.toMatchObject({
      code: 'invalid_input',
      details: { issues: [{ path: 'choice.to' }] },
    })
  })

  it('a group, without those that are out of service; who has no TID is assigned by itself', async () => {
    const ruleId = await makeRule(database.sql)
    const { id: groupId } = await createGroup(me, { name: 'Pilot' })
    await register('G-1', ['20000001', '20000002'], { groupIds: [groupId] })
    await register('G-2', [], { groupIds: [groupId] })
    const retired = await register('G-3', ['20000003'], { groupIds: [groupId] })
    await retireTerminal(me, { terminalId: retired })
    const choice = { by: 'group' as const, groupId }
    expect(await doBoth(me, { ruleId, what: 'assign', choice })).toMatchObject({
      ...{ terminals: 2, tids: 2, withoutTid: 1, changes: 3, changedTerminals: 2 },
      ...{ sample: ['20000001', '20000002', 'G-2'], outOfService: { count: 1, first: ['G-3'] } },
    })
    expect(await concerned(ruleId)).toEqual(['G-1', 'G-2'])
    await expect(
      previewAssignment(me, { ruleId, what: 'assign', choice: { by: 'group', groupId: newId() } }),
    ).rejects.toMatchObject({ code: 'group_not_found' })
  })

  it('a filter of Monitoring, and terminals one by one', async () => {
    const ruleId = await makeRule(database.sql)
    const a = await register('FILTER-1', ['30000001'])
    await register('FILTER-2', ['30000002'])
    const filter = { search: 'FILTER-' }
    expect(await doBoth(me, { ruleId, what: 'assign', choice: { by: 'filter', filter } })).toMatchObject({
      changes: 2,
    })
    const nobody = newId()
    const one = { by: 'terminals' as const, terminalIds: [a, nobody] }
    expect(await doBoth(me, { ruleId, what: 'unassign', choice: one })).toMatchObject({
      changes: 1,
      unknown: { count: 1, first: [nobody] },
    })
    expect(await concerned(ruleId)).toEqual(['FILTER-2'])
  })

  it('a list of TIDs or serial numbers, typed in or uploaded, whatever spreadsheet wrote it', async () => {
    const ruleId = await makeRule(database.sql)
    await register('CSV-1', ['40000001', '40000009'])
    await register('CSV-2', ['40000002'])
    await register('CSV-3')
    const csv = `S/N;TID;Банк\nCSV-9;40000009;bank-1\nCSV-3;;\n;"=""40000002""";\n;4,0E+07;\nnobody;;\n`
    const choice = { by: 'csv' as const, csv }
    expect(await doBoth(me, { ruleId, what: 'assign', choice })).toMatchObject({
      ...{ terminals: 3, tids: 2, withoutTid: 1, changes: 3, unknown: { count: 1, first: ['nobody'] } },
      unreadable: { count: 1, first: [{ line: 5, value: '4,0E+07' }] },
    })
    const bytes = Buffer.from(`\uFEFFserial number\r\nCSV-1\r\n`)
    const upload = await createUpload(me, {
      fileName: 'list.csv',
      sizeBytes: bytes.length,
      purpose: 'assignments',
    })
    await receivePart(me, { uploadId: upload.uploadId, index: 0 }, Readable.from([bytes]))
    const uploaded = { by: 'csv' as const, uploadId: upload.uploadId }
    expect(await doBoth(me, { ruleId, what: 'assign', choice: uploaded })).toMatchObject({
      already: 1,
      changes: 1,
    })
    await expect(previewAssignment(me, { ruleId, what: 'assign', choice: uploaded })).rejects.toMatchObject({
      code: 'upload_not_found',
    })
    await expect(
      previewAssignment(me, { ruleId, what: 'assign', choice: { by: 'csv', csv: 'a;b\n1;2\n' } }),
    ).rejects.toMatchObject({ code: 'csv_without_names' })
  })
})

describe('what an assignment says beforehand', () => {
  it('lines of a list whose TID and serial number are of different terminals: the TID counts', async () => {
    const ruleId = await makeRule(database.sql)
    await register('PAIR-1', ['91000001'])
    await register('PAIR-2', ['91000002'])
    const csv = 'serial,tid\nPAIR-1,91000001\nPAIR-1,91000002\nnobody,91000001\nPAIR-1,91999999\nPAIR-2,\n'
    const choice = { by: 'csv' as const, csv }
    expect(await doBoth(me, { ruleId, what: 'assign', choice })).toMatchObject({
      ...{ terminals: 2, changes: 2, unknown: { count: 1, first: ['91999999'] } },
      contradicting: {
        count: 2,
        first: [
          { line: 3, tid: '91000002', serial: 'PAIR-1', found: 'PAIR-2' },
          { line: 4, tid: '91000001', serial: 'nobody', found: 'PAIR-1' },
        ],
      },
    })
    const right = { by: 'csv' as const, csv: 'serial,tid\nPAIR-2,91000002\n' }
    expect(await previewAssignment(me, { ruleId, what: 'assign', choice: right })).toMatchObject({
      contradicting: { count: 0, first: [] },
    })
  })

  it('terminals that the rule is not for: named, counted, and assigned all the same', async () => {
    const ruleId = await makeRule(database.sql, { models: ['WPOS-3'] })
    await register('M-1', ['50000001'], { model: 'wpos3' })
    await register('M-2', ['50000002'], { model: 'WPOS-Mini' })
    await register('M-3', ['50000003'], { platform: 'feitian-f20' })
    await register('M-4', ['50000004'])
    await register('M-5', ['50000005'], { platform: 'feitian-f20', model: 'F20' })
    const choice = { by: 'range' as const, from: '50000001', to: '50000005' }
    const { misfits, changes } = await doBoth(me, { ruleId, what: 'assign', choice })
    expect(changes).toBe(5)
    expect(misfits).toHaveLength(3)
    expect(misfits).toEqual(
      expect.arrayContaining([
        { reason: 'wrong_model', is: 'WPOS-Mini', needs: 'WPOS-3', count: 1, first: ['M-2'] },
        {
          ...{ reason: 'wrong_platform', is: 'feitian-f20', needs: 'wiseasy-wpos3' },
          ...{ count: 2, first: ['M-3', 'M-5'] },
        },
        { reason: 'wrong_model', is: '', needs: 'WPOS-3', count: 1, first: ['M-4'] },
      ]),
    )
  })

  it('a TID of several acquirers means all of them, unless one is named', async () => {
    const ruleId = await makeRule(database.sql)
    await register('A-1', ['60000001'])
    await register('A-2', ['60000002', '60000001'])
    const choice = { by: 'tids' as const, tids: ['60000001'] }
    expect(
      await previewAssignment(me, { ruleId, what: 'assign', choice: { ...choice, acquirer: 'bank-1' } }),
    ).toMatchObject({ changes: 1, sharedTids: { count: 0 } })
    expect(await doBoth(me, { ruleId, what: 'assign', choice })).toMatchObject({
      changes: 2,
      sharedTids: { count: 1, first: ['60000001'] },
    })
  })

  it('nothing is done where other terminals would change than were agreed to', async () => {
    const ruleId = await makeRule(database.sql)
    await register('C-1', ['70000001'])
    const asked = {
      ruleId,
      what: 'assign' as const,
      choice: { by: 'filter' as const, filter: { search: 'C-' } },
    }
    const { fingerprint } = await previewAssignment(me, asked)
    await register('C-2', ['70000002'])
    await expect(applyAssignment(me, { ...asked, fingerprint })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'assignment_changed',
    })
    expect(await concerned(ruleId)).toEqual([])
    expect(await historyOf(ruleId)).toEqual([])
  })

  it('a rule that is not there', async () => {
    const choice = { by: 'tids' as const, tids: ['1'] }
    const asked = { ruleId: newId(), what: 'assign' as const, choice }
    await expect(previewAssignment(me, asked)).rejects.toMatchObject({ code: 'rule_not_found' })
    await expect(applyAssignment(me, { ...asked, fingerprint: '' })).rejects.toMatchObject({
      code: 'rule_not_found',
    })
  })
})

describe('taking a rule away', () => {
  it('says who keeps it by another TID, and takes what was assigned before there was a TID', async () => {
    const ruleId = await makeRule(database.sql)
    const a = await register('U-1', ['80000001', '80000002'])
    const b = await register('U-2')
    await doBoth(me, { ruleId, what: 'assign', choice: { by: 'terminals', terminalIds: [a, b] } })
    await updateTerminal(me, { terminalId: b, tids: [{ acquirer: '', tid: '80000003' }] })
    expect(await concerned(ruleId)).toEqual(['U-1', 'U-2'])
    const choice = { by: 'tids' as const, tids: ['80000001', '80000003'] }
    expect(await doBoth(me, { ruleId, what: 'unassign', choice })).toMatchObject({
      changes: 2,
      stillAssigned: 1,
    })
    expect(await concerned(ruleId)).toEqual(['U-1'])
    expect((await historyOf(ruleId)).map(({ tid, what }) => `${what} ${tid}`).sort()).toEqual([
      'assigned 80000001',
      'assigned 80000002',
      'assigned null',
      'unassigned 80000001',
      'unassigned null',
    ])
  })

  it('is possible of a TID that nobody has any more, for who sees all', async () => {
    const ruleId = await makeRule(database.sql)
    const { id: groupId } = await createGroup(me, { name: 'Gone' })
    const terminalId = await register('N-1', ['80000010'], { groupIds: [groupId] })
    const choice = { by: 'tids' as const, tids: ['80000010'] }
    await doBoth(me, { ruleId, what: 'assign', choice })
    await retireTerminal(me, { terminalId })
    const limited = makeCtx(services, limitedOperator({ groupIds: [groupId] }))
    expect(await previewAssignment(limited, { ruleId, what: 'unassign', choice })).toMatchObject({
      changes: 0,
      unknown: { count: 1 },
    })
    expect(await doBoth(me, { ruleId, what: 'unassign', choice })).toMatchObject({
      changes: 1,
      unknown: { count: 0 },
    })
  })

  it('writes nothing where there is nothing to take', async () => {
    const ruleId = await makeRule(database.sql)
    await register('E-1', ['80000020'])
    const choice = { by: 'tids' as const, tids: ['80000020'] }
    expect(await doBoth(me, { ruleId, what: 'unassign', choice })).toMatchObject({ changes: 0, already: 1 })
    const audits = await database.sql`select 1 from audit_entries where subject_id = ${ruleId}`
    expect(audits).toHaveLength(0)
  })
})

describe('an assignment', () => {
  it('follows its TID to another terminal by an edit of the registry', async () => {
    const ruleId = await makeRule(database.sql)
    const from = await register('F-1', ['90000001'])
    const to = await register('F-2')
    await doBoth(me, { ruleId, what: 'assign', choice: { by: 'tids', tids: ['90000001'] } })
    await updateTerminal(me, { terminalId: from, tids: [] })
    expect(await concerned(ruleId)).toEqual([])
    await updateTerminal(me, { terminalId: to, tids: [{ acquirer: '', tid: '90000001' }] })
    expect(await concerned(ruleId)).toEqual(['F-2'])
  })

  it('leaves one audit row for a call, a row of history for each TID, and word for each terminal', async () => {
    const ruleId = await makeRule(database.sql)
    const ids = [await register('L-1', ['90000011']), await register('L-2', ['90000012'])]
    const [{ last }] = await database.sql<
      [{ last: number }]
    >`select coalesce(max(seq), 0) as last from change_feed`
    await doBoth(me, { ruleId, what: 'assign', choice: { by: 'terminals', terminalIds: ids } })
    const audits = await database.sql`select action, changes from audit_entries where subject_id = ${ruleId}`
    expect(audits).toEqual([
      {
        action: 'update_rule.assigned',
        changes: {
          assignments: { before: null, after: 2 },
          terminals: { before: null, after: 2 },
          chosenBy: { before: null, after: 'terminals' },
        },
      },
    ])
    expect(await historyOf(ruleId)).toEqual(
      ['90000011', '90000012'].map((tid) =>
        expect.objectContaining({ acquirer: '', tid, what: 'assigned', by_name: 'the operator' }),
      ),
    )
    const feed = await database.sql`select topic, subject_id from change_feed where seq > ${last}`
    expect(feed.map((row) => row.subject_id).sort()).toEqual([...ids].sort())
  })

  it('tells of very many terminals at once', async () => {
    const ruleId = await makeRule(database.sql)
    await database.sql`
      with made as (insert into terminals (id, serial, platform)
        select gen_random_uuid(), 'VERY-' || n, 'wiseasy-wpos3' from generate_series(1, 600) n returning id, serial)
      insert into terminal_tids (terminal_id, acquirer, tid) select id, 'very', serial from made`
    await database.sql`update terminal_tids set tid = replace(tid, 'VERY-', '66') where acquirer = 'very'`
    const [{ last }] = await database.sql<[{ last: number }]>`select max(seq) as last from change_feed`
    const choice = { by: 'filter' as const, filter: { search: 'VERY-' } }
    expect(await doBoth(me, { ruleId, what: 'assign', choice })).toMatchObject({ changes: 600 })
    const feed = await database.sql`select topic, subject_id from change_feed where seq > ${last}`
    expect(feed).toEqual([{ topic: 'terminals', subject_id: null }])
  })

  it('is made once by two who make it at the same moment', async () => {
    const ruleId = await makeRule(database.sql)
    await register('T-1', ['90000021'])
    const asked = { ruleId, what: 'assign' as const, choice: { by: 'tids' as const, tids: ['90000021'] } }
    const { fingerprint } = await previewAssignment(me, asked)
    const done = await Promise.allSettled([1, 2].map(() => applyAssignment(me, { ...asked, fingerprint })))
    expect(done.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(done.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { code: 'assignment_changed' },
    })
    expect(await historyOf(ruleId)).toHaveLength(1)
  })
})

describe('callers with limits', () => {
  it('assign to what they see; what they do not see is unknown, whichever way it is named', async () => {
    const ruleId = await makeRule(database.sql)
    const { id: groupId } = await createGroup(me, { name: 'Mine' })
    const { id: other } = await createGroup(me, { name: 'Not mine' })
    const mine = await register('V-1', ['11000001'], { groupIds: [groupId] })
    const hidden = await register('V-2', ['11000002'], { groupIds: [other] })
    const limited = makeCtx(services, limitedOperator({ groupIds: [groupId] }))
    const preview = (choice: Parameters<typeof previewAssignment>[1]['choice']) =>
      previewAssignment(limited, { ruleId, what: 'assign', choice })
    const one = { terminals: 1, changes: 1, sample: ['11000001'] }
    expect(await preview({ by: 'tids', tids: ['11000001', '11000002', '11000003'] })).toMatchObject({
      ...one,
      unknown: { count: 2, first: ['11000002', '11000003'] },
    })
    expect(await preview({ by: 'range', from: '11000001', to: '11000002' })).toMatchObject(one)
    expect(await preview({ by: 'terminals', terminalIds: [mine, hidden] })).toMatchObject({
      ...one,
      unknown: { count: 1, first: [hidden] },
    })
    expect(await preview({ by: 'csv', csv: 'serial\nV-1\nV-2\n' })).toMatchObject({
      ...one,
      unknown: { count: 1, first: ['V-2'] },
    })
    expect(await preview({ by: 'filter', filter: { search: 'V-' } })).toMatchObject(one)
    await expect(preview({ by: 'group', groupId: other })).rejects.toMatchObject({ code: 'group_not_found' })
    await doBoth(me, { ruleId, what: 'assign', choice: { by: 'terminals', terminalIds: [mine, hidden] } })
    await doBoth(limited, {
      ruleId,
      what: 'unassign',
      choice: { by: 'tids', tids: ['11000001', '11000002'] },
    })
    expect(await concerned(ruleId)).toEqual(['V-2'])
  })

  it('and without the permission not at all', async () => {
    const viewer = makeCtx(services, operator('viewer'))
    const choice = { by: 'tids' as const, tids: ['1'] }
    const asked = { ruleId: newId(), what: 'assign' as const, choice }
    await expect(previewAssignment(viewer, asked)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(applyAssignment(viewer, { ...asked, fingerprint: '' })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})
