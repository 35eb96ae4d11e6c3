import { createHash } from 'node:crypto'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import { PERMISSION_NAMES, type Scope } from '../../src/core/permissions'
import { mintToken } from '../../src/core/tokens'
import { createApiKey, revokeApiKey } from '../../src/features/operators/service/api-keys'
import { KeyAuthenticator } from '../../src/integrator/authenticate'
import { createRestHandler } from '../../src/integrator/handler'
import { restOpenApi } from '../../src/integrator/openapi'
import { routesOf } from '../../src/integrator/paths'
import type { TerminalClient } from '../../src/tools/simulator/client'
import { createTrpcHandler } from '../../src/trpc/handler'
import { type AppRouter, appRouter } from '../../src/trpc/root'
import { serve } from '../support/http'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices, operator } from '../support/services'

const database = useTestDatabase()
let services: Services
let client: TerminalClient
let url: string
let keys: KeyAuthenticator
let key: string

async function keyWith(scopes: readonly Scope[]) {
  return createApiKey(makeCtx(services, job()), { name: 'test', scopes: [...scopes] })
}

beforeAll(async () => {
  services = await makeServices(database)
  keys = new KeyAuthenticator(services)
  let requests = 0
  const parts = {
    services,
    authenticate: keys.authenticate.bind(keys),
    nextRequestId: () => `test-${++requests}`,
    strangerRefused: () => {},
    stopping: new AbortController().signal,
  }
  const rest = createRestHandler(parts)
  const trpc = createTrpcHandler(parts)
  const served = await serve((req, res) =>
    req.url?.startsWith('/api/trpc') ? trpc(req, res) : rest(req, res),
  )
  client = served.client
  url = served.url
  key = (await keyWith(PERMISSION_NAMES)).key
})

const call = (method: string, path: string, json?: unknown, token: string | undefined = key) =>
  client.send({ method, path: `/api/v1${path}`, token, ...(json === undefined ? {} : { json }) })

describe('REST', () => {
  it('takes a field that may be one of several shapes, whichever is given', async () => {
    const registered = async (serial: string) =>
      (await call('POST', '/terminals', { serial, platform: 'feitian-f20' })).json<{ id: string }>().id
    const [oldTerminalId, terminalId] = [await registered('SHAPE-1'), await registered('SHAPE-2')]
    for (const replacement of [{ terminalId }, { serial: 'SHAPE-3' }])
      expect((await call('POST', '/swaps/preview', { oldTerminalId, replacement })).status).toBe(200)
    const both = await call('POST', '/swaps/preview', {
      oldTerminalId,
      replacement: { terminalId, serial: 'X' },
    })
    expect(both.status).toBe(400)
    const change = { kind: 'suspend' }
    for (const target of [{ terminalIds: [terminalId] }, { filter: { search: 'SHAPE-' } }])
      expect((await call('POST', '/status/bulk/preview', { target, change })).status).toBe(200)
    const rule = { name: 'shapes', platform: 'wiseasy-wpos3', steps: [{ packageId: newId() }] }
    const chosen = [
      { filter: {} },
      { filter: { search: 'X' } },
      { tids: ['1'] },
      { terminalIds: [terminalId] },
    ]
    // Understood, and refused for its package alone.
    for (const terminals of chosen)
      expect((await call('POST', '/update-rules/dry-run', { rule, terminals })).json()).toMatchObject({
        code: 'rule_packages_missing',
      })
    const assigned = await call('POST', '/update-rules/dry-run', {
      ruleId: newId(),
      terminals: { assigned: true },
    })
    expect(assigned.json()).toMatchObject({ code: 'rule_not_found' })
  })

  it.each([
    ['POST', '/rollouts', { ruleId: newId(), name: 'x', waves: [{}], maxactive: 1 }],
    [
      'POST',
      '/packages',
      { platform: 'wiseasy-wpos3', component: 'a', modells: ['X'], files: [{ uploadId: newId() }] },
    ],
    [
      'POST',
      '/profile/assignments/preview',
      { ruleId: newId(), what: 'assign', choice: { by: 'filter', filter: { modle: 'X' } } },
    ],
    [
      'POST',
      '/profile/assignments/preview',
      { ruleId: newId(), what: 'assign', choice: { by: 'tids', tids: ['1'], aquirer: 'b' } },
    ],
    ['GET', '/status?modle=X', undefined],
    ['POST', '/status/bulk/preview', { target: { filter: { modle: 'X' } }, change: { kind: 'suspend' } }],
    ['POST', '/update-rules/dry-run', { ruleId: newId(), terminals: { filter: { modle: 'X' } } }],
    ['PATCH', `/packages/${newId()}`, { modells: ['X'] }],
    ['POST', '/api-keys', { name: 'x', scopes: ['status:read'], visibilty: { kind: 'limited' } }],
    ['POST', '/operators', { username: 'tester', password: 'x'.repeat(20), role: 'viewer', visibilty: {} }],
    [
      'POST',
      '/webhooks',
      { name: 'x', url: 'https://example.com/', eventTypes: ['eslip.created'], visibilty: {} },
    ],
    ['POST', '/enrollment-codes', { serials: ['X'], expiresInHour: 1 }],
    [
      'POST',
      '/terminals',
      { serial: 'MISTYPED', platform: 'feitian-f20', tids: [{ tid: '1', aquirer: 'b' }] },
    ],
  ])('refuses what is mistyped where it would mean more: %s %s', async (method, path, body) => {
    const answer = await call(method, path, body)
    expect(answer.json()).toMatchObject({
      ...{ status: 400, code: 'invalid_input' },
      detail: expect.stringContaining('Unrecognized key'),
    })
  })

  it('registers a terminal, shows it, changes it', async () => {
    const made = await call('POST', '/terminals', {
      serial: 'R1',
      platform: 'feitian-f20',
      tids: [{ tid: '00001234' }],
    })
    expect(made.status).toBe(201)
    const { id } = made.json<{ id: string }>()
    expect((await call('GET', `/terminals/${id}`)).json()).toMatchObject({ serial: 'R1', state: 'expected' })
    expect((await call('PATCH', `/terminals/${id}`, { notes: 'at the door' })).json()).toMatchObject({
      notes: 'at the door',
      tids: [{ tid: '00001234' }],
    })
    expect((await call('POST', `/terminals/${id}/suspend`)).json()).toMatchObject({
      code: 'transition_refused',
    })
    expect((await call('POST', `/terminals/${id}/retire`)).json()).toMatchObject({ state: 'retired' })
  })

  it('pages its lists by query parameters', async () => {
    for (let i = 0; i < 5; i++) await call('POST', '/terminals', { serial: `PAGE-${i}`, platform: 'other' })
    const first = (await call('GET', '/terminals?search=PAGE-&limit=2')).json<{
      items: unknown[]
      nextCursor: string
    }>()
    expect(first.items).toHaveLength(2)
    const second = await call('GET', `/terminals?search=PAGE-&limit=2&cursor=${first.nextCursor}`)
    expect(second.json()).toMatchObject({ items: [{ serial: 'PAGE-2' }, { serial: 'PAGE-3' }] })
    expect((await call('GET', '/terminals?cursor=made-up')).json()).toMatchObject({ code: 'invalid_cursor' })
  })

  it('refuses in the words of the field, as problems', async () => {
    const refused = await call('POST', '/terminals', { serial: 'has blanks', platform: 'nokia' })
    expect(refused.status).toBe(400)
    expect(refused.headers['content-type']).toBe('application/problem+json')
    expect(refused.json<{ issues: { path: string }[] }>().issues.map((one) => one.path)).toEqual([
      'serial',
      'platform',
    ])
    await call('POST', '/terminals', { serial: 'TWICE', platform: 'other' })
    const twice = await call('POST', '/terminals', { serial: 'TWICE', platform: 'other' })
    expect([twice.status, twice.json<{ code: string }>().code]).toEqual([409, 'serial_taken'])
  })

  it('refuses letters that no database keeps, naming the field', async () => {
    const made = await call('POST', '/terminals', { serial: 'NUL', platform: 'other', notes: 'a\u0000b' })
    expect([made.status, made.json<{ issues: { path: string }[] }>().issues[0]?.path]).toEqual([400, 'notes'])
    expect((await call('GET', '/terminals?search=%00')).status).toBe(400)
    expect((await call('GET', '/licenses?search=%00')).status).toBe(400)
  })

  it('knows its addresses and methods', async () => {
    expect((await call('GET', '/nothing')).json()).toMatchObject({ status: 404, code: 'unknown_path' })
    const wrong = await call('DELETE', '/terminals')
    expect(wrong.status).toBe(405)
    expect(wrong.headers.allow?.split(', ').sort()).toEqual(['GET', 'POST'])
    const broken = await client.send({
      method: 'POST',
      path: '/api/v1/terminals',
      token: key,
      body: Buffer.from('{"serial":'),
    })
    expect(broken.status).toBe(400)
  })

  it('lets in no stranger, no terminal, no ended key', async () => {
    for (const token of ['', 'nonsense', mintToken('psk_'), mintToken('pst_')]) {
      const answer = await call('GET', '/terminals', undefined, token)
      expect([answer.status, answer.json<{ code: string }>().code]).toEqual([401, 'unauthenticated'])
    }
    const { id, key: ended } = await keyWith(['terminals:read'])
    expect((await call('GET', '/terminals', undefined, ended)).status).toBe(200)
    await revokeApiKey(makeCtx(services, operator('admin')), { apiKeyId: id })
    keys.forget()
    expect((await call('GET', '/terminals', undefined, ended)).status).toBe(401)
  })

  it('gives a key no more than its scopes', async () => {
    const { key: reader } = await keyWith(['terminals:read'])
    expect((await call('GET', '/terminals', undefined, reader)).status).toBe(200)
    const refused = await call('POST', '/terminals', { serial: 'X', platform: 'other' }, reader)
    expect([refused.status, refused.json<{ code: string }>().code]).toEqual([403, 'forbidden'])
    const beyond = await call('POST', '/api-keys', { name: 'more', scopes: ['terminals:write'] }, reader)
    expect(beyond.status).toBe(403)
  })

  it('takes a licence as it is, in a ZIP or in a form, and gives it back byte for byte', async () => {
    const bytes = Buffer.from(JSON.stringify({ serial: 'L1', platform: 'other', licId: 'LIC-L1' }))
    const raw = await client.send({
      method: 'POST',
      path: '/api/v1/licenses/import?fileName=l1.json',
      token: key,
      body: bytes,
      headers: { 'Content-Type': 'application/octet-stream' },
    })
    const [result] = raw.json<{ results: { outcome: string; licenseId: string }[] }>().results
    expect(result?.outcome).toBe('imported')
    const content = await call('GET', `/licenses/${result?.licenseId}/content`)
    expect(content.body).toEqual(bytes)
    expect(content.headers.etag).toBe(`"${createHash('sha256').update(bytes).digest('hex')}"`)
    const form = new FormData()
    for (let i = 0; i < 30; i++) {
      const licence = JSON.stringify({
        serial: `F${i}`,
        platform: 'other',
        licId: `LIC-F${i}`,
        pad: 'x'.repeat(9_000),
      })
      form.append('file', new Blob([licence]), `f${i}.json`)
    }
    const answer = await fetch(`${url}/api/v1/licenses/import`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}` },
      body: form,
    })
    expect(await answer.json()).toMatchObject({ counts: { imported: 30 } })
    const broken = await client.send({
      method: 'POST',
      path: '/api/v1/licenses/import',
      token: key,
      body: Buffer.from('no form at all'),
      headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
    })
    expect(broken.status).toBeLessThan(500)
  })

  it('publishes every address it has', async () => {
    const document = (await restOpenApi('1.0.0')) as {
      openapi: string
      paths: Record<string, Record<string, unknown>>
    }
    expect(document.openapi).toMatch(/^3\.1/)
    for (const { method, path } of routesOf(appRouter))
      expect(document.paths[path]?.[method.toLowerCase()], `${method} ${path}`).toBeDefined()
    expect(document.paths['/licenses/import']?.post).toBeDefined()
    expect(document.paths['/status/watch']).toBeUndefined()
    expect((await call('POST', '/status/watch', { terminalIds: [] })).status).toBe(404)
  })
})

describe('tRPC', () => {
  const trpcWith = (token: string) =>
    createTRPCClient<AppRouter>({
      links: [httpBatchLink({ url: `${url}/api/trpc`, headers: { Authorization: `Bearer ${token}` } })],
    })

  it('does the same by the same key', async () => {
    const trpc = trpcWith(key)
    await trpc.terminals.register.mutate({ serial: 'T1', platform: 'other' })
    expect((await trpc.terminals.list.query({ search: 'T1' })).items[0]?.serial).toBe('T1')
    await expect(trpc.terminals.register.mutate({ serial: 'T1', platform: 'other' })).rejects.toMatchObject({
      data: { failure: 'serial_taken', httpStatus: 409 },
    })
    await expect(trpcWith('nobody').terminals.list.query({})).rejects.toMatchObject({
      data: { httpStatus: 401, failure: 'unauthenticated' },
    })
  })

  it('tells nothing of its insides', async () => {
    const answer = await fetch(
      `${url}/api/trpc/terminals.get?input=${encodeURIComponent('{"terminalId":"x"}')}`,
      {
        headers: { Authorization: `Bearer ${key}` },
      },
    )
    const text = await answer.text()
    expect(answer.status).toBe(400)
    expect(text).not.toMatch(/stack|\/src\/|node_modules/)
    expect(text).toContain('invalid_input')
  })

  it('refuses forms and foreign pages', async () => {
    const mutate = (headers: Record<string, string>) =>
      fetch(`${url}/api/trpc/groups.create`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${key}`, ...headers },
        body: JSON.stringify({ name: 'by a foreign page' }),
      })
    expect((await mutate({ 'Content-Type': 'text/plain' })).status).toBe(403)
    expect((await mutate({ 'Content-Type': 'multipart/form-data; boundary=x' })).status).toBe(403)
    expect(
      (await mutate({ 'Content-Type': 'application/json', Origin: 'https://evil.example' })).status,
    ).toBe(403)
    expect((await mutate({ 'Content-Type': 'application/json', Origin: url })).status).toBe(200)
  })
})
