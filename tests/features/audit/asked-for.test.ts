import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AuditRows } from '../../../src/core/audit-bursts'
import type { Actor, Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { askedFor } from '../../../src/features/audit/asked-for'
import { listAuditEntries } from '../../../src/features/audit/service'
import { createOperator } from '../../../src/features/operators'
import { createGroup } from '../../../src/features/terminals/service/places'
import { registerTerminal } from '../../../src/features/terminals/service/register'
import { openFaces } from '../../support/faces'
import { useTestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
const viewer = operator('viewer') as Extract<Actor, { kind: 'operator' }>
const limitedAdmin = { ...limitedOperator({ groupIds: [newId()] }), role: 'admin' } as Actor
let services: Services
let rows: AuditRows
let auditor: Ctx
let url: string
let terminalId: string
let groupId: string
let since = 0

beforeAll(async () => {
  const made = await makeServices(database)
  rows = new AuditRows(database.db, made.log)
  services = { ...made, auditBursts: rows }
  auditor = makeCtx(services, operator('auditor'))
  const people: Record<string, Actor> = { viewer, limited: limitedAdmin }
  url = (await openFaces(services, (role) => people[role ?? ''])).url
  const admin = makeCtx(services, operator('admin'))
  groupId = (await createGroup(admin, { name: 'North' })).id
  terminalId = (await registerTerminal(admin, { serial: 'ASK-1', platform: 'other', groupIds: [groupId] })).id
})
beforeEach(async () => {
  await rows.flush(Number.POSITIVE_INFINITY)
  await rows.flush(Number.POSITIVE_INFINITY)
  const [last] = await database.sql<{ seq: number }[]>`select seq::float8 as seq from audit_head`
  since = last?.seq ?? 0
})

const refused = async () =>
  (await listAuditEntries(auditor, { action: 'access.refused', limit: 100 })).items.filter(
    ({ seq }) => seq > since,
  )
async function soon(count: number) {
  for (let tries = 0; tries < 200 && (await refused()).length < count; tries++) await wait(20)
  return (await refused()).map(({ subject, changes }) => ({ ...subject, call: changes.call?.after }))
}

const trpc = (path: string, body?: unknown, role = 'viewer') =>
  fetch(`${url}/api/trpc/${path}`, {
    headers: { 'x-test-role': role, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
const rest = (method: string, path: string, body?: unknown, role = 'viewer') =>
  fetch(`${url}/api/v1${path}`, {
    method,
    headers: { 'x-test-role': role, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`

describe('a refusal', () => {
  it('is about what was asked for, by its name, through every door', async () => {
    expect((await trpc('terminals.suspend', { terminalId })).status).toBe(403)
    expect((await rest('POST', `/terminals/${terminalId}/suspend`, {})).status).toBe(403)
    expect((await rest('PATCH', `/groups/${groupId}`, { name: 'x' })).status).toBe(403)
    expect((await trpc(`operators.get?${input({ operatorId: viewer.id })}`)).status).toBe(403)
    const terminal = { kind: 'terminal', id: terminalId, label: 'ASK-1' }
    expect(await soon(4)).toEqual(
      expect.arrayContaining([
        { ...terminal, call: 'terminals.suspend' },
        { ...terminal, call: 'POST /terminals/{terminalId}/suspend' },
        { kind: 'group', id: groupId, label: 'North', call: 'PATCH /groups/{groupId}' },
        { kind: 'operator', id: viewer.id, label: viewer.id, call: 'operators.get' },
      ]),
    )
  })

  it('is found among the entries about a thing, and by the beginning of its name', async () => {
    await trpc('terminals.suspend', { terminalId })
    await soon(1)
    const actionsOf = async (filter: object) =>
      (await listAuditEntries(auditor, { ...filter, limit: 10 })).items.map(({ action }) => action)
    expect(await actionsOf({ subjectKind: 'terminal', subjectId: terminalId })).toContain('access.refused')
    expect(await actionsOf({ subject: 'ask' })).toContain('access.refused')
  })

  it('in a batch is one for each thing', async () => {
    const ids = [newId(), newId()]
    const batch = { 0: { terminalId: ids[0] }, 1: { terminalId: ids[1] } }
    expect((await trpc('terminals.suspend,terminals.suspend?batch=1', batch)).status).toBe(403)
    expect((await soon(2)).map(({ id }) => id).sort()).toEqual([...ids].sort())
  })

  it('that looked like nothing there has the name as well, which only those see who see all', async () => {
    expect((await trpc(`terminals.get?${input({ terminalId })}`, undefined, 'limited')).status).toBe(404)
    expect(await soon(1)).toEqual(
      expect.arrayContaining([{ kind: 'terminal', id: terminalId, label: 'ASK-1', call: 'terminals.get' }]),
    )
    const own = await listAuditEntries(makeCtx(services, limitedAdmin), {})
    expect(JSON.stringify(own)).not.toContain('ASK-1')
    const named = await listAuditEntries(makeCtx(services, limitedAdmin), { subject: 'ASK' })
    expect(named.items).toEqual([])
  })

  it('whose input cannot be read, or names nothing, is about the call', async () => {
    expect((await trpc('terminals.suspend', { terminalId: 'x'.repeat(300) })).status).toBe(403)
    expect((await trpc('groups.create?input=%7B')).status).not.toBe(200)
    await fetch(`${url}/api/trpc/groups.create`, {
      method: 'POST',
      headers: { 'x-test-role': 'viewer', 'Content-Type': 'application/json' },
      body: '{',
    })
    expect(await soon(2)).toEqual(
      expect.arrayContaining([
        { kind: 'call', id: 'terminals.suspend', label: 'terminals.suspend', call: 'terminals.suspend' },
        { kind: 'call', id: 'groups.create', label: 'groups.create', call: 'groups.create' },
      ]),
    )
  })

  it('calls a thing what the log called it last', async () => {
    const admin = makeCtx(services, operator('admin'))
    const { id } = await createOperator(admin, {
      username: 'peter',
      password: 'twelve characters',
      role: 'viewer',
    })
    await trpc(`operators.get?${input({ operatorId: id })}`)
    expect(await soon(1)).toMatchObject([{ kind: 'operator', id, label: 'peter' }])
  })
})

describe('what an input asks for', () => {
  it('is the first of the things it names', () => {
    const id = newId()
    expect(askedFor({ merchantId: newId(), terminalId: id })).toEqual({ kind: 'terminal', id, label: id })
    expect(askedFor({ packageId: id, fileId: newId() })?.kind).toBe('package')
    expect(askedFor({ serial: '8201' })).toEqual({ kind: 'unknown_serial', id: '8201', label: '8201' })
  })

  it.each([
    undefined,
    null,
    'terminalId',
    {},
    { terminalId: 7 },
    { terminalId: '' },
    { terminalId: 'a b' },
    { serial: '4111111111111111' },
    { serial: '\u0000' },
    { terminalIds: ['x'] },
  ])('is nothing in %j', (given) => {
    expect(askedFor(given)).toBeUndefined()
  })
})
