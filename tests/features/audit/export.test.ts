import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Ctx, Services } from '../../../src/core/context'
import { hashOf } from '../../../src/features/audit/chain'
import { listAuditEntries } from '../../../src/features/audit/service'
import { createGroup } from '../../../src/features/terminals/service/places'
import { openFaces } from '../../support/faces'
import { useTestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
const limited = { ...limitedOperator({}), role: 'auditor' } as Actor
let services: Services
let admin: Ctx
let url: string
beforeAll(async () => {
  services = await makeServices(database)
  admin = makeCtx(services, operator('admin'))
  for (let n = 1; n <= 600; n++) await createGroup(admin, { name: `Group ${n}` })
  ;({ url } = await openFaces(services, (role) => (role === 'limited' ? limited : admin.actor)))
})

const download = async (path: string, role = 'admin') =>
  (await fetch(`${url}/api/v1/audit/${path}`, { headers: { 'x-test-role': role } })).text()
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')

describe('the audit log as a file', () => {
  it('has every entry with its hash, the one that says so last, and can be verified without the server', async () => {
    const rows = linesOf(await download('export.jsonl')).map((line) => JSON.parse(line))
    expect(rows).toHaveLength(601)
    expect(rows.at(-1)).toMatchObject({ action: 'audit_export.made' })
    for (const [index, row] of rows.entries()) {
      const atMicros = `${Date.parse(row.at) * 1000 + Number(row.at.slice(23, 26))}`
      expect(hashOf({ ...row, seq: String(row.seq), atMicros, changes: row.changesText })).toBe(row.hash)
      if (index > 0) expect(row.prevHash).toBe(rows[index - 1].hash)
    }
  })

  it('has of a filter what the list has of it', async () => {
    const lines = linesOf(await download(`export.csv?${new URLSearchParams({ subject: 'group 59' })}`))
    const { items } = await listAuditEntries(admin, { subject: 'GROUP 59' })
    expect(items).toHaveLength(11)
    expect(lines).toHaveLength(12)
    for (const { subject } of items) expect(lines.some((line) => line.includes(subject.label))).toBe(true)
  })

  it('has for whoever has limits what they did themselves', async () => {
    expect(linesOf(await download('export.jsonl', 'limited'))).toHaveLength(1)
  })
})

describe('the list', () => {
  it('is narrowed by time and by request', async () => {
    const [row] = await database.sql<
      { at: Date }[]
    >`select at from audit_entries order by seq offset 300 limit 1`
    const at = row?.at.toISOString() ?? ''
    const count = async (filter: Parameters<typeof listAuditEntries>[1]) =>
      (await listAuditEntries(admin, { ...filter, limit: 1000, action: 'group.created' })).items.length
    expect((await count({ from: at })) + (await count({ to: at }))).toBe(600)
    expect(await count({ to: at })).toBeGreaterThan(290)
    expect([await count({ requestId: 'test' }), await count({ requestId: 'none' })]).toEqual([600, 0])
  })
})
