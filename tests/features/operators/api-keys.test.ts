import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor, Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { hashToken } from '../../../src/core/tokens'
import { findIntegrators } from '../../../src/features/operators'
import { operatorJobs } from '../../../src/features/operators/jobs'
import { getApiKey, listApiKeys } from '../../../src/features/operators/service/api-key-views'
import {
  createApiKey,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
} from '../../../src/features/operators/service/api-keys'
import { useTestDatabase } from '../../support/postgres'
import { integrator, job, jobRun, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
const START = new Date('2026-11-01T12:00:00Z')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
let now = START
let services: Services
let shell: Ctx
const admin = operator('admin')

beforeAll(async () => {
  services = await makeServices(database, { clock: { now: () => now } })
  shell = makeCtx(services, job())
  if ('id' in admin)
    await database.sql`insert into operators (id, username, name, email, role)
      values (${admin.id}, 'an-admin', 'an admin', 'an-admin@bank.example', 'admin')`
})
beforeEach(() => {
  now = START
})

const as = (actor: Actor) => makeCtx(services, actor)
const create = (more: Partial<Parameters<typeof createApiKey>[1]> = {}, ctx = as(admin)) =>
  createApiKey(ctx, { name: 'a program', scopes: ['status:read'], ...more })
const opens = async (key: string) => (await findIntegrators(services.sql, [hashToken(key)], now))[0]?.actor.id
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )

describe('the secret of a key', () => {
  it('is replaced under the same key, and works on until the overlap is over', async () => {
    const { id, key } = await create()
    const { key: second, id: sameId, oldEndsAt } = await rotateApiKey(as(admin), { apiKeyId: id })
    expect(sameId).toBe(id)
    expect(oldEndsAt).toBe(new Date(START.getTime() + DAY_MS).toISOString())
    expect([await opens(key), await opens(second)]).toEqual([id, id])
    now = new Date(START.getTime() + DAY_MS - 1)
    expect(await opens(key)).toBe(id)
    now = new Date(START.getTime() + DAY_MS)
    expect([await opens(key), await opens(second)]).toEqual([undefined, id])
  })

  it('ends at once where no overlap is wanted', async () => {
    const { id, key } = await create()
    const { key: second, oldEndsAt } = await rotateApiKey(as(admin), { apiKeyId: id, overlapHours: 0 })
    expect([oldEndsAt, await opens(key), await opens(second)]).toEqual([null, undefined, id])
  })

  it('is one of two at most: rotating again ends the oldest', async () => {
    const { id, key } = await create()
    const { key: second } = await rotateApiKey(as(admin), { apiKeyId: id, overlapHours: 720 })
    const { key: third } = await rotateApiKey(as(admin), { apiKeyId: id, overlapHours: 1 })
    expect([await opens(key), await opens(second), await opens(third)]).toEqual([undefined, id, id])
    const both = Promise.all([1, 2].map(() => rotateApiKey(as(admin), { apiKeyId: id })))
    await both
    const states = await database.sql`
      select state, count(*)::int from credentials where subject_id = ${id} group by state order by state`
    expect(states).toEqual([
      { state: 'current', count: 1 },
      { state: 'ended', count: 3 },
      { state: 'retiring', count: 1 },
    ])
  })

  it('is known by how it begins, and by nothing more', async () => {
    const { id, key } = await create()
    const { key: second } = await rotateApiKey(as(admin), { apiKeyId: id })
    const view = await getApiKey(as(admin), { apiKeyId: id })
    expect(view.secrets.map(({ hint, state }) => [hint, state])).toEqual([
      [second.slice(0, 8), 'current'],
      [key.slice(0, 8), 'retiring'],
    ])
    const rows = await database.sql`select changes from audit_entries where subject_id = ${id}`
    for (const secret of [key, second]) {
      expect(JSON.stringify([view, rows])).toContain(secret.slice(0, 8))
      expect(JSON.stringify([view, rows])).not.toContain(secret.slice(0, 10))
    }
  })

  it('that has been replaced is marked as ended when its time is over', async () => {
    const { id } = await create()
    await rotateApiKey(as(admin), { apiKeyId: id, overlapHours: 1 })
    now = new Date(START.getTime() + 2 * HOUR_MS)
    expect((await getApiKey(as(admin), { apiKeyId: id })).secrets).toHaveLength(1)
    const ending = operatorJobs.find(({ name }) => name === 'end-replaced-secrets')
    await ending?.run(shell, jobRun())
    const rows = await database.sql`
      select state, ended_at from credentials where subject_id = ${id} order by created_at, state desc`
    expect(rows).toContainEqual({ state: 'ended', ended_at: new Date(START.getTime() + HOUR_MS) })
  })

  it('is shown to nobody who has fewer rights than the key', async () => {
    const { id } = await create({ scopes: ['terminals:write'] })
    const maker = as(integrator('api-keys:write', 'status:read'))
    expect(await codeOf(rotateApiKey(maker, { apiKeyId: id }))).toBe('scope_beyond_own')
    const { id: officers } = await create({ scopes: ['keys:approve'] }, shell)
    expect(await codeOf(rotateApiKey(as(admin), { apiKeyId: officers }))).toBe('scope_beyond_own')
  })

  it('remembers whom it was shown to beside the maker', async () => {
    const { id } = await create()
    const other = operator('admin') as Extract<Actor, { id: string }>
    for (const actor of [admin, other, other]) await rotateApiKey(as(actor), { apiKeyId: id })
    const [row] = await database.sql`select renewer_ids from api_keys where id = ${id}`
    expect(row).toEqual({ renewer_ids: [other.id] })
  })

  it('is none of a key that has ended', async () => {
    const { id } = await create()
    await revokeApiKey(as(admin), { apiKeyId: id })
    expect(await codeOf(rotateApiKey(as(admin), { apiKeyId: id }))).toBe('api_key_revoked')
    const { id: expiring } = await create({ expiresAt: new Date(START.getTime() + HOUR_MS).toISOString() })
    now = new Date(START.getTime() + HOUR_MS)
    expect(await codeOf(rotateApiKey(as(admin), { apiKeyId: expiring }))).toBe('api_key_expired')
    await expect(rotateApiKey(as(admin), { apiKeyId: id, overlapHours: 721 })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it('ends with its key, the old one too', async () => {
    const { id, key } = await create()
    const { key: second } = await rotateApiKey(as(admin), { apiKeyId: id })
    await revokeApiKey(as(admin), { apiKeyId: id })
    expect([await opens(key), await opens(second)]).toEqual([undefined, undefined])
  })
})

describe('a key', () => {
  it('is changed with what was so before', async () => {
    const { id } = await create({ expiresAt: '2026-12-01T00:00:00Z' })
    const changed = await updateApiKey(as(admin), {
      apiKeyId: id,
      name: 'renamed',
      scopes: ['status:read', 'terminals:read'],
      allowedAddresses: ['10.0.0.0/8', '2001:DB8::/32', '10.0.0.0/8'],
      requestsPerMinute: 60,
      expiresAt: null,
    })
    expect(changed).toMatchObject({
      ...{ name: 'renamed', scopes: ['status:read', 'terminals:read'], requestsPerMinute: 60 },
      ...{ allowedAddresses: ['10.0.0.0/8', '2001:db8::/32'], expiresAt: null },
    })
    const [row] = await database.sql<{ changes: object }[]>`
      select changes from audit_entries where subject_id = ${id} and action = 'api_key.updated'`
    expect(row?.changes).toEqual({
      name: { before: 'a program', after: 'renamed' },
      scopes: { before: ['status:read'], after: ['status:read', 'terminals:read'] },
      allowedAddresses: { before: [], after: ['10.0.0.0/8', '2001:db8::/32'] },
      requestsPerMinute: { before: null, after: 60 },
      expiresAt: { before: '2026-12-01T00:00:00.000Z', after: null },
    })
    await updateApiKey(as(admin), { apiKeyId: id, requestsPerMinute: null })
    expect(await getApiKey(as(admin), { apiKeyId: id })).toMatchObject({
      name: 'renamed',
      requestsPerMinute: null,
    })
  })

  it('that is so already owes no audit row', async () => {
    const { id } = await create()
    await updateApiKey(as(admin), { apiKeyId: id, name: 'a program' })
    expect(await database.sql`select from audit_entries where subject_id = ${id}`).toHaveLength(1)
  })

  it('gets no more rights than those who change it have, nor loses them to such', async () => {
    const { id } = await create()
    const maker = as(integrator('api-keys:write', 'status:read'))
    const change = (more: object, ctx = maker, apiKeyId = id) =>
      codeOf(updateApiKey(ctx, { apiKeyId, ...more }))
    expect(await change({ scopes: ['terminals:read'] })).toBe('scope_beyond_own')
    expect(await change({ name: 'mine' })).toBe('done')
    const { id: more } = await create({ scopes: ['terminals:write'] })
    expect(await change({ name: 'mine' }, maker, more)).toBe('scope_beyond_own')
    expect(await change({ scopes: ['status:read'] }, maker, more)).toBe('scope_beyond_own')
    const group = newId()
    const limited = as({
      ...integrator('api-keys:write', 'status:read'),
      visibility: { kind: 'limited', groupIds: [group], merchantIds: [] },
    } as Actor)
    expect(await change({ name: 'x' }, limited)).toBe('api_key_not_found')
    expect(await change({ name: 'x' }, maker, newId())).toBe('api_key_not_found')
  })

  it('makes no key that lives longer than itself or may be used from elsewhere', async () => {
    const end = '2026-12-01T00:00:00Z'
    const bound = { allowedAddresses: ['10.0.0.0/8'], expiresAt: end }
    const { id } = await create({ scopes: ['api-keys:write', 'status:read'], ...bound }, shell)
    const self = as({ ...integrator('api-keys:write', 'status:read'), id } as Actor)
    const make = (more: Parameters<typeof create>[0]) => codeOf(create(more, self))
    expect(await make({})).toBe('scope_beyond_own')
    expect(await make({ allowedAddresses: ['10.0.0.0/8'] })).toBe('scope_beyond_own')
    expect(await make({ ...bound, expiresAt: '2026-12-02T00:00:00Z' })).toBe('scope_beyond_own')
    expect(await make({ ...bound, allowedAddresses: [] })).toBe('scope_beyond_own')
    expect(await make({ ...bound, allowedAddresses: ['10.0.0.0/8', '192.0.2.1'] })).toBe('scope_beyond_own')
    expect(await make({ ...bound, allowedAddresses: ['10.1.0.0/16'] })).toBe('done')
    const free = (more: object) => codeOf(updateApiKey(self, { apiKeyId: id, ...more }))
    expect(await free({ expiresAt: null })).toBe('scope_beyond_own')
    expect(await free({ allowedAddresses: [] })).toBe('scope_beyond_own')
    expect(await codeOf(rotateApiKey(self, { apiKeyId: id }))).toBe('done')
  })

  it('hands on none of what makes further ways in: a person does', async () => {
    const granting = ['api-keys:write', 'operators:write'] as const
    for (const scope of granting) expect(await codeOf(create({ scopes: [scope] }))).toBe('done')
    const { id } = await create({ scopes: [...granting, 'status:read'] })
    const { id: other } = await create({ scopes: ['operators:write'] })
    const { id: plain } = await create()
    const self = as({ ...integrator(...granting, 'status:read'), id } as Actor)
    for (const scope of granting)
      expect(await codeOf(create({ scopes: ['status:read', scope] }, self))).toBe('person_needed')
    expect(await codeOf(updateApiKey(self, { apiKeyId: plain, scopes: ['operators:write'] }))).toBe(
      'person_needed',
    )
    expect(await codeOf(updateApiKey(self, { apiKeyId: other, scopes: ['status:read'] }))).toBe(
      'person_needed',
    )
    expect(await codeOf(rotateApiKey(self, { apiKeyId: other }))).toBe('person_needed')
    expect(await codeOf(updateApiKey(self, { apiKeyId: plain, name: 'renamed' }))).toBe('done')
    expect(await codeOf(rotateApiKey(self, { apiKeyId: plain }))).toBe('done')
    expect(await codeOf(rotateApiKey(self, { apiKeyId: id }))).toBe('done')
    expect(await codeOf(revokeApiKey(self, { apiKeyId: other }))).toBe('done')
  })

  it.each([
    [{ allowedAddresses: ['10.1.2.3/8'] }, /write 10\.0\.0\.0\/8/],
    [{ allowedAddresses: ['example.com'] }, /such as 192\.0\.2\.7/],
    [{ allowedAddresses: Array.from({ length: 51 }, (_, at) => `10.0.0.${at}`) }, /allowedAddresses/],
    [{ requestsPerMinute: 0 }, /requestsPerMinute/],
    [{ expiresAt: '9999-12-31T23:59:59-23:59' }, /years 1 to 9999/],
    [{ expiresAt: '0000-01-01T00:00:00Z' }, /years 1 to 9999/],
    [{ expiresAt: '2026-02-30T00:00:00Z' }, /expiresAt/],
    [{ expiresAt: '2026-10-31T00:00:00Z' }, /in the future/],
  ])('is not made of what cannot be: %o', async (more, message) => {
    await expect(create(more)).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringMatching(message),
    })
  })

  it('says when it is worth a look', async () => {
    const { id } = await create({ expiresAt: new Date(START.getTime() + 100 * DAY_MS).toISOString() })
    const warnings = async () =>
      (await listApiKeys(as(admin), {})).items.find((one) => one.id === id)?.warnings
    expect(await warnings()).toEqual([])
    now = new Date(START.getTime() + 86 * DAY_MS - 1)
    expect(await warnings()).toEqual([])
    now = new Date(START.getTime() + 86 * DAY_MS)
    expect(await warnings()).toEqual(['expires_soon'])
    now = new Date(START.getTime() + 90 * DAY_MS)
    expect(await warnings()).toEqual(['expires_soon', 'unused'])
    now = new Date(START.getTime() + 100 * DAY_MS)
    expect(await warnings()).toEqual([])
  })
})
