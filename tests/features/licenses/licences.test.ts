import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { importLicences } from '../../../src/features/licenses/service/bundle'
import { getLicence, listLicences, previewLicence } from '../../../src/features/licenses/service/find'
import { importLicence } from '../../../src/features/licenses/service/import'
import { searchNumbers } from '../../../src/features/licenses/service/numbers'
import { deleteLicences, undoDeleteLicence } from '../../../src/features/licenses/service/remove'
import { issueEnrollmentCode } from '../../../src/features/terminals/service/codes'
import { registerTerminal } from '../../../src/features/terminals/service/register'
import { retireTerminal, suspendTerminal } from '../../../src/features/terminals/service/states'
import { makeZip } from '../../../src/tools/apk-maker/zip'
import { FakeTerminal, type OfferedLicence } from '../../../src/tools/simulator/terminal'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'

const database = useTestDatabase()
let services: Services
let open: OpenDoor
let me: Ctx

beforeAll(async () => {
  services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
})
afterAll(() => open.close())

const file = (facts: Record<string, string>, name = 'licence.json') => ({
  fileName: name,
  bytes: Buffer.from(JSON.stringify(facts)),
})
const facts = (serial: string, licId = 'LIC-1', more = {}) => ({
  serial,
  platform: 'wiseasy-wpos3',
  licId,
  ...more,
})

async function terminalWithLicenceDoor(serial: string) {
  const { id } = await registerTerminal(me, { serial, platform: 'wiseasy-wpos3' })
  const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [serial] })
  const terminal = new FakeTerminal(open.client, { serial, platform: 'wiseasy-wpos3', token: undefined })
  await terminal.enroll(enrollmentCode)
  await terminal.checkIn()
  return { id, terminal }
}

describe('importing a licence', () => {
  it('reads what the file says of itself', async () => {
    const result = await importLicence(
      me,
      file(facts('A1', 'LIC-A1', { validUntil: '2030-01-31', product: 'psPos' })),
    )
    expect(result).toMatchObject({ outcome: 'imported', missing: [], conflicts: [] })
    expect(await getLicence(me, { licenseId: result.licenseId as string })).toMatchObject({
      serial: 'A1',
      licId: 'LIC-A1',
      product: 'psPos',
      validUntil: '2030-01-31T23:59:59.999Z',
      sources: { serial: 'content' },
    })
  })

  it('asks for what nobody could tell, and takes what is given', async () => {
    const opaque = { fileName: 'x.bin', bytes: Buffer.from([1, 2, 3, 4]) }
    expect(await importLicence(me, opaque)).toMatchObject({
      outcome: 'needs_facts',
      missing: ['serial', 'platform', 'licId'],
    })
    const given = { serial: 'A2', platform: 'other' as const, licId: 'LIC-A2' }
    expect(await importLicence(me, { ...opaque, given })).toMatchObject({ outcome: 'imported' })
  })

  it('takes the same bytes twice as one licence', async () => {
    const first = await importLicence(me, file(facts('A3')))
    expect(await importLicence(me, file(facts('A3')))).toMatchObject({
      outcome: 'duplicate',
      licenseId: first.licenseId,
    })
  })

  it('never replaces silently, and keeps what it replaced', async () => {
    const first = await importLicence(me, file(facts('A4', 'OLD')))
    const renewed = file(facts('A4', 'NEW'))
    expect(await importLicence(me, renewed)).toMatchObject({
      outcome: 'needs_confirmation',
      code: 'replacement',
      replaces: { id: first.licenseId, licId: 'OLD' },
    })
    const second = await importLicence(me, { ...renewed, isConfirmed: true })
    expect(second).toMatchObject({ outcome: 'replaced' })
    expect(await getLicence(me, { licenseId: second.licenseId as string })).toMatchObject({
      history: [{ licId: 'OLD', state: 'replaced' }],
    })
  })

  it('lets a terminal hold licences of several products', async () => {
    await importLicence(me, file(facts('A5', 'ONE', { product: 'psPos' })))
    expect(await importLicence(me, file(facts('A5', 'TWO', { product: 'psLoyalty' })))).toMatchObject({
      outcome: 'imported',
    })
  })

  it('decides no contradiction about whose it is by itself', async () => {
    const given = { serial: 'B1' }
    expect(await importLicence(me, { ...file(facts('A6')), given })).toMatchObject({
      outcome: 'needs_confirmation',
      code: 'conflict',
      conflicts: [{ code: 'given_conflicts_with_file', fact: 'serial', kept: 'B1', other: 'A6' }],
    })
  })

  it('refuses what is empty or too large', async () => {
    expect(await importLicence(me, { fileName: 'e', bytes: Buffer.alloc(0) })).toMatchObject({
      code: 'empty_file',
    })
    expect(await importLicence(me, { fileName: 'l', bytes: Buffer.alloc(1024 * 1024 + 1) })).toMatchObject({
      code: 'file_too_large',
    })
  })

  it('is for those who may', async () => {
    for (const actor of [operator('viewer'), integrator('licenses:read')])
      await expect(importLicence(makeCtx(services, actor), file(facts('A7')))).rejects.toMatchObject({
        code: 'forbidden',
      })
  })

  it('keeps people with limits to their own terminals', async () => {
    const limited = makeCtx(services, limitedOperator({ groupIds: [] }))
    await registerTerminal(me, { serial: 'A8', platform: 'wiseasy-wpos3' })
    expect(await importLicence(limited, file(facts('A8')))).toMatchObject({ code: 'outside_your_limits' })
    await importLicence(me, file(facts('A8')))
    expect((await listLicences(limited, {})).items).toEqual([])
  })

  it('lets two files for one terminal at the same moment see each other', async () => {
    const results = await Promise.all(
      Array.from({ length: 5 }, (_, index) => importLicence(me, file(facts('A9', `LIC-${index}`)))),
    )
    expect(results.filter((one) => one.outcome === 'imported')).toHaveLength(1)
    expect(results.filter((one) => one.outcome === 'needs_confirmation')).toHaveLength(4)
  })

  it('takes a ZIP, file by file, with a manifest', async () => {
    const files = Array.from({ length: 50 }, (_, index) => ({
      path: `set/${index}.lic`,
      bytes: Buffer.from([index, 7, 7, 7]),
    }))
    const lines = files
      .slice(0, 48)
      .map((one, index) => `${one.path};ZIP${index};wiseasy-wpos3;LIC-ZIP-${index}`)
    const manifest = ['file;serial;platform;licId', ...lines, 'gone.lic;ZIP99;wiseasy-wpos3;LIC'].join('\n')
    const zip = makeZip([...files, { path: 'manifest.csv', bytes: Buffer.from(manifest) }])
    const report = await importLicences(me, [{ fileName: 'all.zip', bytes: zip }])
    expect(report.counts).toEqual({ imported: 48, needs_facts: 2, rejected: 1 })
    expect(report.results.at(-1)).toMatchObject({ fileName: 'gone.lic', code: 'manifest_file_missing' })
  })
})

describe('finding licences', () => {
  it('finds by any part of the serial number or licence id, page by page', async () => {
    await importLicence(me, file(facts('FIND-4711-X', 'LIC-FINDME')))
    for (const search of ['4711', 'find-47', 'FINDME'])
      expect((await listLicences(me, { search })).items.map((one) => one.serial)).toEqual(['FIND-4711-X'])
    const first = await listLicences(me, { limit: 10 })
    const second = await listLicences(me, { limit: 10, cursor: first.nextCursor ?? '' })
    expect(first.items).toHaveLength(10)
    expect(second.items[0]?.id).not.toBe(first.items[9]?.id)
  })

  it('takes a per cent sign as a per cent sign', async () => {
    expect((await listLicences(me, { search: '%' })).items).toEqual([])
  })

  it('shows the numbers: who holds what, and who has none', async () => {
    await registerTerminal(me, { serial: 'NUM-NONE', platform: 'wiseasy-wpos3' })
    await registerTerminal(me, { serial: 'NUM-SOON', platform: 'wiseasy-wpos3' })
    const soon = new Date(Date.now() + 5 * 86_400_000).toISOString()
    await importLicence(me, file(facts('NUM-SOON', 'LIC-SOON', { validUntil: soon })))
    const serials = async (input: Parameters<typeof searchNumbers>[1]) =>
      (await searchNumbers(me, { search: 'NUM-', ...input })).items.map((one) => one.serial)
    expect(await serials({ holds: 'none' })).toEqual(['NUM-NONE'])
    expect(await serials({ holds: 'expiring' })).toEqual(['NUM-SOON'])
    expect(await serials({ holds: 'waiting' })).toEqual(['NUM-SOON'])
    expect(await serials({ search: 'LIC-SO' })).toEqual(['NUM-SOON'])
    expect(await serials({})).toEqual(['NUM-NONE', 'NUM-SOON'])
    const [, one] = (await searchNumbers(me, { search: 'NUM-' })).items
    expect(await serials({ terminalId: one?.terminalId ?? '' })).toEqual(['NUM-SOON'])
    await retireTerminal(me, { terminalId: one?.terminalId ?? '' })
    expect(await serials({ terminalId: one?.terminalId ?? '' })).toEqual(['NUM-SOON'])
    expect(await serials({})).toEqual(['NUM-NONE'])
  })

  it('shows the beginning of a file as what it is', async () => {
    const text = await importLicence(me, file(facts('P1')))
    expect(await previewLicence(me, { licenseId: text.licenseId as string })).toMatchObject({ kind: 'text' })
    const bytes = Buffer.from([0, 1, 2, 255])
    const binary = await importLicence(me, {
      fileName: 'b',
      bytes,
      given: { serial: 'P2', platform: 'other', licId: 'L' },
    })
    expect(await previewLicence(me, { licenseId: binary.licenseId as string })).toMatchObject({
      kind: 'hex',
      text: expect.stringContaining('00 01 02 ff'),
    })
  })
})

describe('deleting and taking back', () => {
  it('is undone as long as nothing took its place', async () => {
    const first = await importLicence(me, file(facts('D1', 'ONE')))
    const licenseId = first.licenseId as string
    await deleteLicences(me, { licenseIds: [licenseId] })
    expect((await listLicences(me, { search: 'D1', state: 'deleted' })).items).toHaveLength(1)
    expect(await undoDeleteLicence(me, { licenseId })).toMatchObject({ state: 'current' })
    await expect(undoDeleteLicence(me, { licenseId })).rejects.toMatchObject({ code: 'license_not_deleted' })
    await deleteLicences(me, { licenseIds: [licenseId] })
    await importLicence(me, file(facts('D1', 'TWO')))
    await expect(undoDeleteLicence(me, { licenseId })).rejects.toMatchObject({ code: 'license_superseded' })
  })

  it('leaves an audit row for each, and none for what was so already', async () => {
    const { licenseId } = await importLicence(me, file(facts('D2')))
    await deleteLicences(me, { licenseIds: [licenseId as string] })
    await deleteLicences(me, { licenseIds: [licenseId as string] })
    const rows =
      await database.sql`select action from audit_entries where subject_id = ${licenseId} order by seq`
    expect(rows.map((row) => row.action)).toEqual(['license.imported', 'license.deleted'])
  })
})

describe('a terminal and its licence', () => {
  it('is told, fetches the exact bytes, reports, and proves it by its next status', async () => {
    const { terminal, id } = await terminalWithLicenceDoor('T1')
    const licence = file(facts('T1', 'LIC T/1'))
    const { licenseId } = await importLicence(me, licence)
    await open.feed.catchUp()
    const first = await terminal.checkIn()
    expect(first.status).toBe(200)
    const action = first.actions[0] as OfferedLicence
    const sha256 = createHash('sha256').update(licence.bytes).digest('hex')
    expect(action).toMatchObject({ kind: 'license', licId: 'LIC T/1', sha256, size: licence.bytes.length })
    expect((await terminal.checkIn()).actions[0]?.id).toBe(action.id)

    const fetched = await open.client.send({ method: 'GET', path: action.url, token: terminal.token })
    expect(fetched.body).toEqual(licence.bytes)
    expect(fetched.headers.etag).toBe(`"${sha256}"`)
    expect(fetched.headers['content-length']).toBe(String(licence.bytes.length))
    const again = await terminal.send('GET', '/license', { headers: { 'If-None-Match': `"${sha256}"` } })
    expect(again.status).toBe(304)
    expect(again.body).toHaveLength(0)
    expect((await terminal.send('HEAD', '/license')).headers['content-length']).toBe(
      String(licence.bytes.length),
    )

    await terminal.perform(action)
    expect((await terminal.report(action.id, { state: 'installed' })).status).toBe(200)
    expect((await terminal.report(action.id, { state: 'downloading' })).json()).toMatchObject({
      code: 'state_conflict',
    })
    expect((await terminal.checkIn()).status).toBe(204)
    const [row] = await database.sql`select state from terminal_actions where id = ${action.id}`
    expect(row?.state).toBe('confirmed')
    const [delivery] = await database.sql`
      select offered_at, fetched_at, fetched_count, accepted_at from license_deliveries
      where license_id = ${licenseId} and terminal_id = ${id}`
    expect(delivery).toMatchObject({ fetched_count: 2 })
    expect(delivery?.offered_at && delivery?.fetched_at && delivery?.accepted_at).toBeTruthy()
  })

  it('gets nobody else’s, and nothing while suspended', async () => {
    const { terminal, id } = await terminalWithLicenceDoor('T2')
    await importLicence(me, file(facts('T2-OTHER', 'LIC-OTHER')))
    expect((await terminal.send('GET', '/license?licId=LIC-OTHER')).json()).toMatchObject({
      code: 'no_license',
    })
    await importLicence(me, file({ ...facts('T2', 'LIC-T2'), platform: 'feitian-f20' }))
    expect((await terminal.send('GET', '/license')).status).toBe(404)
    await importLicence(me, file(facts('T2', 'LIC-T2')))
    await suspendTerminal(me, { terminalId: id })
    await open.feed.catchUp()
    expect((await terminal.send('GET', '/license')).json()).toMatchObject({ code: 'terminal_suspended' })
    expect((await terminal.checkIn()).status).toBe(204)
  })

  it('is told of the new licence when the old one is replaced, and the old wish is withdrawn', async () => {
    const { terminal } = await terminalWithLicenceDoor('T3')
    await importLicence(me, file(facts('T3', 'OLD')))
    await open.feed.catchUp()
    const old = (await terminal.checkIn()).actions[0] as OfferedLicence
    await importLicence(me, { ...file(facts('T3', 'NEW')), isConfirmed: true })
    await open.feed.catchUp()
    const fresh = (await terminal.checkIn()).actions[0] as OfferedLicence
    expect(fresh.licId).toBe('NEW')
    expect(fresh.id).not.toBe(old.id)
    expect((await terminal.report(old.id, { state: 'installed' })).status).toBe(200)
    const [row] = await database.sql`select state, late_result from terminal_actions where id = ${old.id}`
    expect(row).toMatchObject({ state: 'withdrawn', late_result: { state: 'installed' } })
  })

  it('reports only on its own actions', async () => {
    const { terminal } = await terminalWithLicenceDoor('T4')
    const { terminal: other } = await terminalWithLicenceDoor('T5')
    await importLicence(me, file(facts('T4', 'LIC-T4')))
    await open.feed.catchUp()
    const [action] = (await terminal.checkIn()).actions
    expect((await other.report(action?.id ?? '', { state: 'installed' })).json()).toMatchObject({
      code: 'action_not_found',
    })
  })
})
