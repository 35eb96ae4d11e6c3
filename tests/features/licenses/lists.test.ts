import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { licenceJobs } from '../../../src/features/licenses/jobs'
import { licenceCalendar } from '../../../src/features/licenses/service/calendar'
import { getLicence, listLicences } from '../../../src/features/licenses/service/find'
import { importLicence } from '../../../src/features/licenses/service/import'
import {
  deleteLicences,
  restoreLicences,
  undoDeleteLicence,
} from '../../../src/features/licenses/service/remove'
import { createGroup } from '../../../src/features/terminals/service/places'
import { registerTerminal } from '../../../src/features/terminals/service/register'
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

const NOW = new Date('2026-11-15T12:00:00Z')

const database = useTestDatabase()
let services: Services
let me: Ctx

beforeAll(async () => {
  // Each import has a moment of its own, as ids are sorted by it.
  let ticks = 0
  services = await makeServices(database, { clock: { now: () => new Date(NOW.getTime() + ticks++) } })
  me = makeCtx(services, operator())
})

async function take(
  serial: string,
  licId: string,
  more: Record<string, string> = {},
  ctx = me,
): Promise<string> {
  const bytes = Buffer.from(JSON.stringify({ serial, platform: 'other', licId, ...more }))
  const result = await importLicence(ctx, { fileName: `${licId}.json`, bytes, isConfirmed: true })
  if (result.licenseId === null) throw new Error(`${result.outcome} ${result.code}`)
  return result.licenseId
}

type ListInput = Parameters<typeof listLicences>[1]

/** The licence ids of all pages of two. */
async function pages(input: ListInput): Promise<string[]> {
  const found: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listLicences(me, { ...input, limit: 2, ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.items.map((one) => one.licId))
    if (page.nextCursor === null) return found
    cursor = page.nextCursor
  }
}

describe('the list of licences', () => {
  beforeAll(async () => {
    await take('S1', 'L-MARCH', { validUntil: '2027-03-10' })
    await take('S2', 'L-NEVER-1')
    await take('S3', 'L-JANUARY', { validUntil: '2027-01-10', product: 'psPos' })
    await take('S4', 'L-NEVER-2')
    await take('S5', 'L-ALSO-MARCH', { validUntil: '2027-03-10' })
    await take('S6', 'L-OLD', { validUntil: '2026-01-01' })
    await take('S6', 'L-RENEWED', { validUntil: '2028-01-01' })
    await deleteLicences(me, { licenseIds: [await take('S7', 'L-DELETED')] })
    await take('S8', 'L-BY-PROGRAM', {}, makeCtx(services, integrator('licenses:write')))
  })

  it('is in the order of import, either way', async () => {
    const all = [
      'L-MARCH',
      'L-NEVER-1',
      'L-JANUARY',
      'L-NEVER-2',
      'L-ALSO-MARCH',
      'L-RENEWED',
      'L-BY-PROGRAM',
    ]
    expect(await pages({ direction: 'asc' })).toEqual(all)
    expect(await pages({})).toEqual([...all].reverse())
  })

  it('is in the order of the end, page by page, those without one after all others', async () => {
    const byEnd = [
      'L-JANUARY',
      'L-MARCH',
      'L-ALSO-MARCH',
      'L-RENEWED',
      'L-NEVER-1',
      'L-NEVER-2',
      'L-BY-PROGRAM',
    ]
    expect(await pages({ sort: 'validUntil', direction: 'asc' })).toEqual(byEnd)
    expect(await pages({ sort: 'validUntil', direction: 'desc' })).toEqual([...byEnd].reverse())
  })

  it('takes no cursor that it did not give', async () => {
    const made = Buffer.from(JSON.stringify(['soon', '019bb3d4-0000-7000-8000-000000000000'])).toString(
      'base64url',
    )
    await expect(listLicences(me, { sort: 'validUntil', cursor: made })).rejects.toMatchObject({
      code: 'invalid_cursor',
    })
  })

  it.each<[ListInput, string[]]>([
    [{ state: 'deleted' }, ['L-DELETED']],
    [{ state: 'replaced' }, ['L-OLD']],
    [{ state: 'any', search: 'S6' }, ['L-RENEWED', 'L-OLD']],
    [{ product: 'psPos' }, ['L-JANUARY']],
    [{ platform: 'feitian-f20' }, []],
    [{ importedBy: 'a program' }, ['L-BY-PROGRAM']],
    [{ expiresBefore: '2027-02-01T00:00:00Z' }, ['L-JANUARY']],
    [
      { expiresFrom: '2027-02-01T00:00:00Z', expiresBefore: '2027-04-01T00:00:00Z' },
      ['L-ALSO-MARCH', 'L-MARCH'],
    ],
    [{ search: 'never', sort: 'validUntil' }, ['L-NEVER-2', 'L-NEVER-1']],
  ])('is filtered by %j', async (input, expected) => {
    expect(await pages(input)).toEqual(expected)
  })

  it('names the terminal of each licence that has a registered one', async () => {
    const { id } = await registerTerminal(me, { serial: 'S6', platform: 'other' })
    const { items } = await listLicences(me, { state: 'any', search: 'S' })
    const ids = new Map(items.map((one) => [one.serial, one.terminalId]))
    expect([ids.get('S6'), ids.get('S5')]).toEqual([id, null])
  })

  it('says when one was deleted, and by whom', async () => {
    expect((await listLicences(me, { state: 'deleted' })).items).toMatchObject([
      { endedAt: expect.stringMatching(/^2026-11-15T12/), endedBy: 'the operator' },
    ])
  })
})

describe('the calendar', () => {
  it('counts current licences by the month of their end', async () => {
    const calendar = await licenceCalendar(me, {})
    expect(calendar.months.map((one) => one.month)).toEqual([
      '2026-11',
      '2026-12',
      ...Array.from({ length: 10 }, (_, at) => `2027-${String(at + 1).padStart(2, '0')}`),
    ])
    const count = (month: string) => calendar.months.find((one) => one.month === month)?.expiring
    expect([count('2027-01'), count('2027-03'), count('2026-11')]).toEqual([1, 2, 0])
    expect(calendar).toMatchObject({ expired: 0, later: 1, withoutEnd: 3 })
    await take('EARLY', 'L-EARLY', { validUntil: '2026-11-14' })
    await take('TODAY', 'L-TODAY', { validUntil: '2026-11-15' })
    expect(await licenceCalendar(me, {})).toMatchObject({
      expired: 1,
      months: expect.arrayContaining([{ month: '2026-11', expiring: 1 }]),
    })
  })

  it('counts for callers with limits what they see', async () => {
    const { id } = await createGroup(me, { name: 'theirs' })
    await registerTerminal(me, { serial: 'S1', platform: 'other', groupIds: [id] })
    const calendar = await licenceCalendar(makeCtx(services, limitedOperator({ groupIds: [id] })), {})
    expect(calendar.months.reduce((sum, one) => sum + one.expiring, 0)).toBe(1)
    expect(calendar).toMatchObject({ expired: 0, later: 0, withoutEnd: 0 })
  })
})

describe('a licence', () => {
  it('names its terminal, what it replaced, and what has replaced it', async () => {
    const { id } = await registerTerminal(me, { serial: 'GET-1', platform: 'other' })
    const old = await take('GET-1', 'OLD')
    const fresh = await take('GET-1', 'NEW')
    expect(await getLicence(me, { licenseId: old })).toMatchObject({
      state: 'replaced',
      endedBy: 'the operator',
      replacedBy: { id: fresh, licId: 'NEW' },
      terminal: { id, serial: 'GET-1', state: 'expected' },
    })
    expect(await getLicence(me, { licenseId: fresh })).toMatchObject({
      replacesId: old,
      replacedBy: null,
      endedAt: null,
    })
    expect((await getLicence(me, { licenseId: await take('GET-2', 'L') })).terminal).toBeNull()
  })
})

describe('deleting and taking back', () => {
  it('takes many back, each with its own result', async () => {
    const back = await take('R1', 'BACK')
    const superseded = await take('R2', 'SUPERSEDED')
    await deleteLicences(me, { licenseIds: [back, superseded] })
    const current = await take('R2', 'CURRENT')
    const unknown = '019bb3d4-0000-7000-8000-000000000000'
    const report = await restoreLicences(me, { licenseIds: [back, superseded, current, unknown, back] })
    expect(report.results).toEqual([
      { licenseId: back, outcome: 'restored', supersededBy: null },
      { licenseId: superseded, outcome: 'superseded', supersededBy: current },
      { licenseId: current, outcome: 'not_deleted', supersededBy: null },
      { licenseId: unknown, outcome: 'not_found', supersededBy: null },
    ])
    expect(report.counts).toEqual({ restored: 1, superseded: 1, not_deleted: 1, not_found: 1 })
    const rows = await database.sql`select action from audit_entries where subject_id = ${back} order by seq`
    expect(rows.map((row) => row.action)).toEqual(['license.imported', 'license.deleted', 'license.restored'])
    await expect(
      restoreLicences(makeCtx(services, operator('viewer')), { licenseIds: [back] }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('leaves a replaced licence the history it is: it cannot come back over its successor’s end', async () => {
    const old = await take('R3', 'OLD')
    const fresh = await take('R3', 'NEW')
    expect(await deleteLicences(me, { licenseIds: [old] })).toEqual({ deleted: [] })
    await deleteLicences(me, { licenseIds: [fresh] })
    await expect(undoDeleteLicence(me, { licenseId: old })).rejects.toMatchObject({
      code: 'license_not_deleted',
    })
    await undoDeleteLicence(me, { licenseId: fresh })
    expect(await getLicence(me, { licenseId: fresh })).toMatchObject({ state: 'current', replacesId: old })
  })

  it('takes the same file in again after it was deleted, and says so', async () => {
    const first = await take('R4', 'AGAIN')
    await deleteLicences(me, { licenseIds: [first] })
    const bytes = Buffer.from(JSON.stringify({ serial: 'R4', platform: 'other', licId: 'AGAIN' }))
    const again = await importLicence(me, { fileName: 'again', bytes })
    expect(again.outcome).toBe('imported')
    expect(again.warnings).toContain('deleted_before')
    expect(await restoreLicences(me, { licenseIds: [first] })).toMatchObject({
      results: [{ outcome: 'superseded', supersededBy: again.licenseId }],
    })
  })

  it('lets an import and an undo at the same moment see each other', async () => {
    for (let round = 0; round < 5; round++) {
      const serial = `RACE-${round}`
      const deleted = await take(serial, 'DELETED')
      await deleteLicences(me, { licenseIds: [deleted] })
      const bytes = Buffer.from(JSON.stringify({ serial, platform: 'other', licId: 'NEW' }))
      const [undone, imported] = await Promise.all([
        restoreLicences(me, { licenseIds: [deleted] }),
        importLicence(me, { fileName: 'new', bytes }),
      ])
      expect([
        ['restored', 'needs_confirmation'],
        ['superseded', 'imported'],
      ]).toContainEqual([undone.results[0]?.outcome, imported.outcome])
    }
  })
})

describe('a licence that came before its terminal, written in another case', () => {
  it('is given to the terminal once that is registered', async () => {
    const licenseId = await take('late-1a', 'L-LATE')
    await take('own-1', 'L-OTHER')
    await registerTerminal(me, { serial: 'own-1', platform: 'other' })
    await registerTerminal(me, { serial: 'OWN-1', platform: 'other' })
    await registerTerminal(me, { serial: 'LATE-1A', platform: 'other' })
    const match = () => licenceJobs[0]?.run(makeCtx(services, job()), jobRun())
    expect(await match()).toEqual({ matched: 1 })
    expect(await match()).toEqual({ matched: 0 })
    expect(await getLicence(me, { licenseId })).toMatchObject({
      serial: 'LATE-1A',
      terminal: { serial: 'LATE-1A' },
    })
    const [entry] = await database.sql`
      select action, changes from audit_entries where subject_id = ${licenseId} order by seq desc limit 1`
    expect(entry).toMatchObject({
      action: 'license.serial_matched',
      changes: { serial: { before: 'late-1a', after: 'LATE-1A' } },
    })
    expect((await listLicences(me, { search: 'own-1' })).items).toMatchObject([{ serial: 'own-1' }])
  })
})
