import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AuditRows } from '../../../src/core/audit-bursts'
import { uptimeMs } from '../../../src/core/clock'
import type { Ctx } from '../../../src/core/context'
import { getSlip } from '../../../src/features/eslips/export/details'
import { getLicence, previewLicence } from '../../../src/features/licenses/service/find'
import { getEcrLog } from '../../../src/features/monitoring/ecr-logs/find'
import { findEcrLogTime, readEcrLog, searchEcrLog } from '../../../src/features/monitoring/ecr-logs/read'
import { getPosLogEntry, listPosLog } from '../../../src/features/monitoring/pos-log/queries'
import { putOneOfEverything } from '../../support/one-of-everything'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { putEntries } from '../monitoring/pos-log/entries'

const database = useTestDatabase()
const PAN = '4111111111111111'
let rows: AuditRows
let support: Ctx
let failing: Ctx
let ids: Awaited<ReturnType<typeof putOneOfEverything>>
let entryId: string
let since = 0

beforeAll(async () => {
  const services = await makeServices(database)
  rows = new AuditRows(database.db, services.log)
  support = makeCtx({ ...services, auditBursts: rows }, operator('support'))
  const noRoom = { note: () => Promise.reject(new Error('no database')), count: () => {} }
  failing = { ...support, auditBursts: noRoom }
  ids = await putOneOfEverything(makeCtx(services, operator('admin')))
  await putEntries(database.sql, [
    { terminalId: ids.terminalId, id: 77, atMs: Date.now() + 1_000, request: '{"free": 1}' },
  ])
  entryId = (await listPosLog(support, {})).items[0]?.entryId ?? ''
})
beforeEach(async () => {
  await rows.flush(Number.POSITIVE_INFINITY)
  await rows.flush(Number.POSITIVE_INFINITY)
  const [last] = await database.sql<{ seq: number }[]>`select seq::float8 as seq from audit_head`
  since = last?.seq ?? 0
})

const told = async () =>
  (
    await database.sql<
      { action: string; by: string; id: string; label: string; changes: Record<string, { after: unknown }> }[]
    >`
      select action, actor_name as by, subject_id as id, subject_label as label, changes from audit_entries
      where seq > ${since} order by seq`
  ).map(({ changes, ...row }) => ({
    ...row,
    after: Object.fromEntries(Object.entries(changes).map(([name, { after }]) => [name, after])),
  }))

const VIEWS: [
  what: string,
  action: string,
  view: (ctx: Ctx) => Promise<unknown>,
  label: RegExp,
  after: object,
][] = [
  [
    'the file of a licence',
    'license.viewed',
    (ctx) => previewLicence(ctx, { licenseId: ids.licenseId }),
    /^foreign\.json$/,
    { serial: 'FOREIGN-1' },
  ],
  [
    'rows of an ECR log',
    'ecr_log.viewed',
    (ctx) => readEcrLog(ctx, { logId: ids.ecrLogId }),
    /^FOREIGN-1 foreign\.log$/,
    { terminal: 'FOREIGN-1', rows: 1 },
  ],
  [
    'what an ECR log has of a text',
    'ecr_log.searched',
    (ctx) => searchEcrLog(ctx, { logId: ids.ecrLogId, text: 'REIG' }),
    /^FOREIGN-1 foreign\.log$/,
    { terminal: 'FOREIGN-1', search: 'REIG', rows: 1 },
  ],
  [
    'a slip',
    'eslip.viewed',
    (ctx) => getSlip(ctx, { slipId: ids.slipId }),
    /^FOREIGN-1/,
    { terminal: 'FOREIGN-1' },
  ],
  [
    'a message in the POS log',
    'pos_log.viewed',
    (ctx) => getPosLogEntry(ctx, { entryId }),
    /^FOREIGN-1$/,
    { kind: 'check-in' },
  ],
]

describe('whoever looks into evidence', () => {
  it.each(VIEWS)('is in the audit log before they see it: %s', async (_what, action, view, label, after) => {
    await view(support)
    expect(await told()).toMatchObject([
      { action, by: 'the support', label: expect.stringMatching(label), after },
    ])
    expect((await told())[0]?.id).not.toBe('')
    await view(support)
    await view(support)
    expect(await told()).toHaveLength(1)
    await rows.flush(uptimeMs() + 61_000)
    expect((await told())[1]).toMatchObject({ action, after: { times: 2 } })
  })

  it.each(VIEWS)('sees nothing where that cannot be written: %s', async (_what, _action, view) => {
    await expect(view(failing)).rejects.toThrow('no database')
  })

  it.each(VIEWS)('leaves no such row where it is out of their sight: %s', async (_what, _action, view) => {
    await expect(view({ ...support, actor: limitedOperator({}) })).rejects.toMatchObject({
      kind: 'not_found',
    })
    expect(await told()).toEqual([])
  })

  it('leaves none by what a list has as well', async () => {
    await getLicence(support, { licenseId: ids.licenseId })
    await getEcrLog(support, { logId: ids.ecrLogId })
    await findEcrLogTime(support, { logId: ids.ecrLogId, time: '2026-11-26T00:00' })
    await listPosLog(support, {})
    expect(await told()).toEqual([])
  })

  it('is told of a search without a finding, and never has a card number in the log', async () => {
    const search = (text: string) => searchEcrLog(support, { logId: ids.ecrLogId, text })
    expect((await search('not there')).items).toEqual([])
    await search(PAN)
    const found = await told()
    expect(found.map(({ after }) => after)).toEqual([
      { terminal: 'FOREIGN-1', search: 'not there', rows: 0 },
      { terminal: 'FOREIGN-1', search: expect.stringContaining('**'), rows: 0 },
    ])
    expect(JSON.stringify(found)).not.toContain(PAN)
  })

  it('is told of as one who was handed a slip where it is a program', async () => {
    await getSlip({ ...support, actor: integrator('eslips:read') }, { slipId: ids.slipId })
    expect((await told()).map(({ action }) => action)).toEqual(['eslip.pulled'])
  })
})
