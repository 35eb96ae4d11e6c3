import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AuditRows } from '../../../src/core/audit-bursts'
import { uptimeMs } from '../../../src/core/clock'
import type { Actor, Burst, Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { createLogger } from '../../../src/core/log'
import { prepareSlip, SlipStore } from '../../../src/features/eslips/ingest'
import { importLicence } from '../../../src/features/licenses/service/import'
import { createApiKey } from '../../../src/features/operators'
import { createGroup } from '../../../src/features/terminals/service/places'
import { registerTerminal } from '../../../src/features/terminals/service/register'
import { openFaces } from '../../support/faces'
import { useTestDatabase } from '../../support/postgres'
import { job, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { sale } from '../eslips/slips'

const database = useTestDatabase()
const LONG_AFTER = Number.POSITIVE_INFINITY
const viewer = operator('viewer')
const limited = { ...limitedOperator({ groupIds: [newId()] }), id: newId() } as Actor
let services: Services
let rows: AuditRows
let admin: Ctx
let url: string
let client: Awaited<ReturnType<typeof openFaces>>['client']
let strangers = 0
let slipId: string

beforeAll(async () => {
  rows = new AuditRows(database.db, createLogger({ level: 'silent' }))
  services = await makeServices(database, { auditBursts: rows })
  admin = makeCtx(services, operator('admin'))
  const people: Record<string, Actor> = { viewer, limited, admin: admin.actor }
  const faces = await openFaces(
    services,
    (role) => people[role ?? ''],
    () => strangers++,
  )
  url = faces.url
  client = faces.client
  const { id: groupId } = await createGroup(admin, { name: 'north' })
  const { id: terminalId } = await registerTerminal(admin, {
    serial: 'REC-1',
    platform: 'other',
    groupIds: [groupId],
  })
  const prepared = prepareSlip(sale(), { terminalId, receivedAtMs: Date.now(), assumedOffset: '+00:00' })
  if (prepared.isFit) await new SlipStore(services.sql).store([prepared.slip])
  slipId = (await database.sql<{ id: string }[]>`select id from eslips`)[0]?.id ?? ''
})

let since = 0
beforeEach(async () => {
  await rows.flush(LONG_AFTER)
  await rows.flush(LONG_AFTER)
  const [last] = await database.sql<{ seq: number }[]>`select seq::float8 as seq from audit_head`
  since = last?.seq ?? 0
})

interface Row {
  action: string
  kind: string
  by: string
  id: string
  label: string
  after: Record<string, unknown>
}
const recorded = async (): Promise<Row[]> =>
  (
    await database.sql<(Omit<Row, 'after'> & { changes: Record<string, { after: unknown }> })[]>`
      select action, actor_name as by, subject_kind as kind, subject_id as id, subject_label as label, changes from audit_entries
      where seq > ${since} order by seq`
  ).map(({ changes, ...row }) => ({
    ...row,
    after: Object.fromEntries(Object.entries(changes).map(([name, { after }]) => [name, after])),
  }))

/** Refusals are written behind the answer. */
async function soon(count: number): Promise<Row[]> {
  for (let tries = 0; tries < 100; tries++) {
    const found = await recorded()
    if (found.length >= count) return found
    await wait(20)
  }
  return recorded()
}

const ask = (role: string, method: string, path: string, body?: unknown) =>
  fetch(`${url}${path}`, {
    method,
    headers: { 'x-test-role': role, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

describe('a refusal', () => {
  it('of a procedure is recorded with what was needed', async () => {
    const answer = await ask('viewer', 'POST', '/api/trpc/groups.create', { name: 'x' })
    expect(answer.status).toBe(403)
    expect(await soon(1)).toEqual([
      {
        action: 'access.refused',
        by: 'the viewer',
        kind: 'call',
        id: 'groups.create',
        label: 'groups.create',
        after: { door: 'tRPC', call: 'groups.create', code: 'forbidden', permission: 'groups:write' },
      },
    ])
  })

  it('of an address is recorded by its template, for JSON and for bytes', async () => {
    const id = newId()
    expect((await ask('viewer', 'POST', `/api/v1/terminals/${id}/suspend`, {})).status).toBe(403)
    expect((await ask('viewer', 'PUT', `/api/v1/uploads/${id}/parts/0`)).status).toBe(403)
    expect((await soon(2)).map(({ after, kind, id: about }) => [after.call, kind, about]).sort()).toEqual([
      ['POST /terminals/{terminalId}/suspend', 'terminal', id],
      ['PUT /uploads/{uploadId}/parts/{index}', 'call', 'PUT /uploads/{uploadId}/parts/{index}'],
    ])
  })

  it('of an API key is recorded under its name', async () => {
    const { key } = await createApiKey(makeCtx(services, job()), {
      name: 'cash desk',
      scopes: ['terminals:read'],
    })
    since += 1
    const answer = await client.send({ method: 'GET', path: '/api/v1/audit', token: key })
    expect(answer.status).toBe(403)
    const [row] = await soon(1)
    expect(row).toMatchObject({ action: 'access.refused', by: 'cash desk', label: 'GET /audit' })
  })

  it('of what lies beyond the limits of the caller is one, though it looks like nothing there', async () => {
    const [terminal] = await database.sql<{ id: string }[]>`select id from terminals`
    const answer = await ask('limited', 'GET', `/api/v1/terminals/${terminal?.id}`)
    expect(answer.status).toBe(404)
    expect((await soon(1))[0]).toMatchObject({
      ...{ kind: 'terminal', id: terminal?.id, label: 'REC-1' },
      after: { door: 'REST', call: 'GET /terminals/{terminalId}', code: 'terminal_not_found' },
    })
  })

  it('is none where there is nothing for anybody, where the input is wrong, and where nobody is known', async () => {
    await ask('viewer', 'GET', `/api/v1/terminals/${newId()}`)
    await ask('admin', 'POST', '/api/trpc/groups.create', { name: '' })
    const before = strangers
    expect((await ask('nobody', 'GET', '/api/v1/terminals')).status).toBe(401)
    expect((await ask('nobody', 'GET', '/api/trpc/terminals.list')).status).toBe(401)
    expect(strangers - before).toBe(2)
    await wait(100)
    expect(await recorded()).toEqual([])
  })

  it('that is repeated is written at once and then once a minute, with how often', async () => {
    for (let n = 0; n < 5; n++) await ask('viewer', 'POST', '/api/trpc/merchants.create', { name: 'x' })
    expect(await soon(1)).toHaveLength(1)
    await rows.flush(uptimeMs() + 30_000)
    expect(await recorded()).toHaveLength(1)
    await rows.flush(uptimeMs() + 61_000)
    expect((await recorded())[1]).toMatchObject({
      by: 'the viewer',
      after: { code: 'forbidden', times: 4 },
    })
  })
})

describe('slips that are pulled', () => {
  it('are recorded with how many there were; an empty answer is not', async () => {
    const { key } = await createApiKey(makeCtx(services, job()), {
      name: 'back office',
      scopes: ['eslips:read'],
    })
    since += 1
    const pull = async (after?: string) => {
      const path = `/api/v1/eslips${after === undefined ? '' : `?after=${after}`}`
      return (await client.send({ method: 'GET', path, token: key })).json<{
        items: unknown[]
        nextCursor: string
      }>()
    }
    const { items, nextCursor } = await pull()
    expect(items).toHaveLength(1)
    expect(await recorded()).toMatchObject([
      { action: 'eslip.pulled', by: 'back office', after: { slips: 1 } },
    ])
    for (let n = 0; n < 3; n++) expect((await pull(nextCursor)).items).toEqual([])
    await rows.flush(LONG_AFTER)
    expect(await recorded()).toHaveLength(1)
    for (let n = 0; n < 3; n++) await pull()
    await client.send({ method: 'GET', path: `/api/v1/eslips/${slipId}`, token: key })
    await rows.flush(LONG_AFTER)
    expect((await recorded()).map(({ after }) => after)).toEqual([
      { slips: 1 },
      { slips: 1 },
      { slips: 3, times: 3 },
    ])
  })

  it('are recorded when a receipt is saved, by a person too', async () => {
    expect((await ask('admin', 'GET', `/api/v1/eslips/${slipId}/receipt.txt`)).status).toBe(200)
    expect(await recorded()).toMatchObject([
      { action: 'eslip.downloaded', by: 'the admin', after: { format: 'txt', slips: 1 } },
    ])
  })
})

describe('what leaves as a file', () => {
  it.each([
    ['/pos-log/export.csv?serial=REC-1', 'pos_log_export.made', { serial: 'REC-1' }],
    ['/status/export.csv?search=4111111111111111', 'status_export.made', { search: '411111******1111' }],
    ['/eslips/export.csv', 'eslip_export.made', { format: 'csv', slips: 1 }],
    ['/key-batches/export.csv?batch=night', 'key_batch_export.made', { batch: 'night' }],
  ])('is recorded before it does: %s', async (path, action, after) => {
    const answer = await ask('admin', 'GET', `/api/v1${path}`)
    expect(answer.status).toBe(200)
    await answer.text()
    expect(await recorded()).toEqual([
      expect.objectContaining({ action, by: 'the admin', after: expect.objectContaining(after) }),
    ])
  })

  it('is recorded of a licence with the licence, and not where the caller has it already', async () => {
    const { licenseId } = await importLicence(admin, {
      fileName: 'a.json',
      bytes: Buffer.from(JSON.stringify({ serial: 'REC-1', platform: 'other', licId: 'L-1' })),
    })
    since += 1
    const path = `/api/v1/licenses/${licenseId}/content`
    const etag = (await ask('admin', 'GET', path)).headers.get('etag') ?? ''
    expect(await recorded()).toMatchObject([
      { action: 'license.downloaded', id: licenseId, label: 'a.json', after: { serial: 'REC-1' } },
    ])
    const again = await fetch(`${url}${path}`, {
      headers: { 'x-test-role': 'admin', 'If-None-Match': etag },
    })
    expect(again.status).toBe(304)
    await rows.flush(LONG_AFTER)
    expect(await recorded()).toHaveLength(1)
  })

  it('does not leave where it cannot be recorded; a refusal stands', async () => {
    const failing = {
      note: () => Promise.reject(new Error('no database')),
      count: () => {},
    }
    const { licenseId } = await importLicence(admin, {
      fileName: 'b.json',
      bytes: Buffer.from(JSON.stringify({ serial: 'REC-1', platform: 'other', licId: 'L-2', product: 'b' })),
    })
    const faces = await openFaces({ ...services, auditBursts: failing }, (role) =>
      role === undefined ? admin.actor : viewer,
    )
    const answer = await fetch(`${faces.url}/api/v1/licenses/${licenseId}/content`)
    expect(answer.status).toBe(500)
    const refused = await fetch(`${faces.url}/api/v1/operators`, { headers: { 'x-test-role': 'viewer' } })
    expect(refused.status).toBe(403)
  })
})

describe('rows that are shared', () => {
  const caller = (id = newId()) => ({
    actor: { ...viewer, id } as Actor,
    requestId: 'r',
    address: '::1',
  })
  const burst = (id: string, more: Partial<Burst> = {}): Burst => ({
    action: 'access.refused',
    subject: { kind: 'call', id, label: id },
    ...more,
  })

  it('are written when the server stops', async () => {
    const own = new AuditRows(database.db, services.log)
    const one = caller()
    for (let n = 0; n < 3; n++) await own.note(one, burst('x', { amounts: { slips: 10 } }))
    await own.stop()
    expect((await recorded()).map(({ after }) => after)).toEqual([{ slips: 10 }, { slips: 20, times: 2 }])
  })

  it('begin anew after a minute without any', async () => {
    const one = caller()
    await rows.note(one, burst('y'))
    await rows.flush(LONG_AFTER)
    await rows.note(one, burst('y'))
    expect(await recorded()).toHaveLength(2)
  })

  it('lose nothing where the database fails for a while', async () => {
    let isDown = false
    const flaky = new Proxy(database.db, {
      get: (of, name: 'execute') =>
        name === 'execute' && isDown ? () => Promise.reject(new Error('down')) : of[name].bind(of),
    })
    const own = new AuditRows(flaky, services.log)
    const one = caller()
    await own.note(one, burst('z'))
    await own.note(one, burst('z', { amounts: { slips: 1 } }))
    isDown = true
    await own.flush(LONG_AFTER)
    await expect(own.note(one, burst('new'))).rejects.toThrow('down')
    isDown = false
    await own.note(one, burst('new'))
    await own.stop()
    expect((await recorded()).map(({ id, after }) => [id, after])).toEqual([
      ['z', {}],
      ['new', {}],
      ['z', { slips: 1, times: 1 }],
    ])
  })
})
