import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Services } from '../../src/core/context'
import { PERMISSION_NAMES } from '../../src/core/permissions'
import { mintToken } from '../../src/core/tokens'
import { createApiKey } from '../../src/features/operators'
import { getApiKey } from '../../src/features/operators/service/api-key-views'
import { revokeApiKey, rotateApiKey, updateApiKey } from '../../src/features/operators/service/api-keys'
import type { TerminalClient } from '../../src/tools/simulator/client'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices } from '../support/services'

const database = useTestDatabase()
const START = new Date('2026-11-01T12:00:00Z')
let now = START
let services: Services
/** Two servers on one database, that hear nothing of each other. */
let servers: TerminalClient[]

beforeAll(async () => {
  // The clock that nobody sets goes with the one that the test sets.
  const uptime = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => uptime() + now.getTime() - START.getTime())
  services = await makeServices(database, {
    clock: { now: () => now },
    env: { TRUST_PROXY: 'true', API_REQUESTS_PER_MINUTE: '100', STRANGER_REQUESTS_PER_MINUTE: '10' },
  })
  servers = [(await openFaces(services)).client, (await openFaces(services)).client]
})
afterAll(() => vi.restoreAllMocks())
beforeEach(() => {
  // A minute of its own for each.
  now = new Date(now.getTime() + 3_600_000)
})

const shell = () => makeCtx(services, job())
const create = (more: Partial<Parameters<typeof createApiKey>[1]> = {}) =>
  createApiKey(shell(), { name: 'a program', scopes: [...PERMISSION_NAMES], ...more })
const ask = (token: string, { from = '192.0.2.1', path = '/api/v1/groups', server = 0 } = {}) => {
  const client = servers[server]
  if (client === undefined) throw new Error('There is no such server.')
  return client.send({ method: 'GET', path, token, headers: { 'X-Forwarded-For': from } })
}
const trpc = (...names: string[]) =>
  names.length === 1 ? `/api/trpc/${names[0]}?input={}` : `/api/trpc/${names.join(',')}?batch=1&input={}`
const later = (ms: number) => {
  now = new Date(now.getTime() + ms)
}

describe('a key that is bound to addresses', () => {
  it('opens the door from there alone, by whatever face', async () => {
    const { key } = await create({ allowedAddresses: ['10.0.0.0/8', '2001:db8::/32'] })
    for (const from of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::7', '192.0.2.9, 10.0.0.1'])
      expect((await ask(key, { from })).status).toBe(200)
    for (const from of ['192.0.2.9', '2001:db9::1', '10.0.0.1, 192.0.2.9', 'unknown']) {
      const refused = await ask(key, { from })
      expect([refused.status, refused.json()]).toEqual([
        403,
        expect.objectContaining({ code: 'address_not_allowed' }),
      ])
    }
    const byTrpc = await ask(key, { from: '192.0.2.9', path: trpc('groups.list') })
    expect([byTrpc.status, byTrpc.json()]).toEqual([
      403,
      expect.objectContaining({
        error: expect.objectContaining({ data: expect.objectContaining({ failure: 'address_not_allowed' }) }),
      }),
    ])
  })

  it('counts what it was refused, and the log has it once', async () => {
    const { id, key } = await create({ allowedAddresses: ['10.0.0.1'] })
    for (let time = 0; time < 3; time++) await ask(key, { from: '192.0.2.77' })
    await expect
      .poll(async () => (await getApiKey(shell(), { apiKeyId: id })).refused)
      .toMatchObject({ calls: 1, lastAddress: '192.0.2.77' })
    // Those that followed wait for their minute.
    later(61_000)
    await ask(key, { from: '192.0.2.78' })
    await expect
      .poll(async () => (await getApiKey(shell(), { apiKeyId: id })).refused)
      .toMatchObject({ calls: 4, lastAddress: '192.0.2.78' })
    const rows = await database.sql`
      select address from audit_entries where subject_id = ${id} and action = 'api_key.address_refused'`
    expect(rows).toEqual([{ address: '192.0.2.77' }])
  })
})

describe('a key', () => {
  it('says when, from where and by which secret it was used', async () => {
    const { id, key } = await create()
    const { key: second } = await rotateApiKey(shell(), { apiKeyId: id })
    await ask(key, { from: '192.0.2.5' })
    const usedAt = now.toISOString()
    later(1_000)
    await ask(second, { from: '192.0.2.6' })
    await expect
      .poll(async () => {
        const { lastUsedAddress, secrets } = await getApiKey(shell(), { apiKeyId: id })
        return [lastUsedAddress, ...secrets.map((one) => [one.lastUsedAddress, one.lastUsedAt])]
      })
      .toEqual(['192.0.2.6', ['192.0.2.6', now.toISOString()], ['192.0.2.5', usedAt]])
  })

  it('that is revoked, changed or replaced is so on every server within ten seconds', async () => {
    const { id, key } = await create()
    const { id: other, key: replaced } = await create()
    const { id: third, key: bound } = await create()
    const both = (token: string) =>
      Promise.all([0, 1].map(async (server) => (await ask(token, { server })).status))
    for (const token of [key, replaced, bound]) expect(await both(token)).toEqual([200, 200])
    await revokeApiKey(shell(), { apiKeyId: id })
    await rotateApiKey(shell(), { apiKeyId: other, overlapHours: 0 })
    await updateApiKey(shell(), { apiKeyId: third, allowedAddresses: ['10.0.0.1'] })
    later(5_000)
    expect(await both(key)).toEqual([401, 401])
    expect(await both(replaced)).toEqual([401, 401])
    expect(await both(bound)).toEqual([403, 403])
  })

  it('is believed for no moment longer than its secret lives', async () => {
    const { id, key } = await create()
    await rotateApiKey(shell(), { apiKeyId: id, overlapHours: 1 })
    later(3_600_000 - 1_000)
    expect((await ask(key)).status).toBe(200)
    later(1_000)
    expect((await ask(key)).status).toBe(401)
  })
})

describe('a key’s minute', () => {
  it('is told with every answer', async () => {
    const { key } = await create()
    const answer = await ask(key)
    expect(answer.headers).toMatchObject({
      'ratelimit-policy': '"minute";q=100;w=60',
      ratelimit: '"minute";r=99;t=1',
    })
    // Refusals, bytes and the other face are no exceptions.
    for (const path of ['/api/v1/nowhere', '/api/v1/terminals/import/template.csv', trpc('groups.list')])
      expect((await ask(key, { path })).headers['ratelimit-policy']).toBe('"minute";q=100;w=60')
  })

  it('is its own, and may be another than that of the settings', async () => {
    const { id, key } = await create({ requestsPerMinute: 2 })
    const { key: other } = await create({ requestsPerMinute: 2 })
    const statuses = []
    for (let time = 0; time < 3; time++) statuses.push((await ask(key)).status)
    expect(statuses).toEqual([200, 200, 429])
    expect((await ask(other)).status).toBe(200)
    const refused = await ask(key)
    expect([refused.headers['retry-after'], refused.headers.ratelimit, refused.json()]).toEqual([
      '30',
      '"minute";r=0;t=30',
      expect.objectContaining({ status: 429, code: 'rate_limited', requestsPerMinute: 2 }),
    ])
    const noted = () => database.sql`
      select changes -> 'code' ->> 'after' as code from audit_entries
      where subject_id = ${id} and action = 'api_key.rate_refused'`
    await expect.poll(noted).toEqual([{ code: 'rate_limited' }])
    later(30_000)
    expect((await ask(key)).status).toBe(200)
  })

  it('pays for each call of a batch, and refuses by tRPC in its form', async () => {
    const { key } = await create({ requestsPerMinute: 5 })
    const four = trpc('groups.list', 'groups.list', 'groups.list', 'groups.list')
    expect((await ask(key, { path: four })).headers.ratelimit).toBe('"minute";r=1;t=48')
    const refused = await ask(key, { path: four.replace(',', '%2C') })
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '36'])
    expect(refused.body.toString()).toContain('"failure":"rate_limited"')
  })

  it('refuses a batch that would never fit, and says so; smaller ones go through', async () => {
    const { key } = await create({ requestsPerMinute: 2 })
    const three = trpc('groups.list', 'groups.list', 'groups.list')
    for (let minute = 0; minute < 2; minute++) {
      const refused = await ask(key, { path: three })
      expect([refused.status, refused.headers['retry-after']]).toEqual([400, undefined])
      expect(refused.body.toString()).toContain('"failure":"batch_beyond_rate"')
      expect(refused.body.toString()).toContain('"values":{"requests":3,"requestsPerMinute":2}')
      later(60_000)
    }
    const two = `/api/trpc/groups.list,groups.list?batch=1&input=${encodeURIComponent('{"0":{},"1":{}}')}`
    const granted = await ask(key, { path: two })
    expect([granted.status, granted.headers.ratelimit]).toEqual([200, '"minute";r=0;t=60'])
  })

  it('is one for all its secrets', async () => {
    const { id, key } = await create({ requestsPerMinute: 1 })
    const { key: second } = await rotateApiKey(shell(), { apiKeyId: id })
    expect([(await ask(key)).status, (await ask(second)).status]).toEqual([200, 429])
  })
})

describe('a stranger', () => {
  it('is told to wait once an address has tried too often, and troubles no key there', async () => {
    const { key } = await create()
    const statuses = []
    for (let time = 0; time < 11; time++)
      statuses.push((await ask(mintToken('psk_'), { from: '198.51.100.1' })).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    const refused = await ask('psk_odd', { from: '198.51.100.1' })
    expect([refused.headers['retry-after'], refused.json()]).toEqual([
      '30',
      expect.objectContaining({ code: 'too_many_refusals' }),
    ])
    expect((await ask(key, { from: '198.51.100.1' })).status).toBe(200)
    expect((await ask(mintToken('psk_'), { from: '198.51.100.2' })).status).toBe(401)
  })
})
