import http from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/core/ids'
import { PERMISSION_NAMES } from '../../src/core/permissions'
import { connect } from '../../src/db/client'
import { createApiKey } from '../../src/features/operators'
import type { TerminalClient } from '../../src/tools/simulator/client'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices } from '../support/services'

const database = useTestDatabase()
const uncaught: unknown[] = []
let client: TerminalClient
let url: string
let key: string

beforeAll(async () => {
  const services = await makeServices(database)
  const faces = await openFaces(services)
  client = faces.client
  url = faces.url
  const admin = makeCtx(services, job())
  key = (await createApiKey(admin, { name: 'test', scopes: [...PERMISSION_NAMES] })).key
  process.on('uncaughtException', note)
})
afterAll(() => {
  process.off('uncaughtException', note)
})
const note = (error: unknown) => uncaught.push(error)

interface Sent {
  method?: string
  body?: string
  type?: string
  headers?: Record<string, string>
}

async function codeOf(path: string, { method = 'POST', body, type, headers = {} }: Sent = {}) {
  const answer = await client.send({
    method: body === undefined && method === 'POST' ? 'GET' : method,
    path: `/api/v1${path}`,
    token: key,
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
    headers: { ...headers, ...(type === undefined ? {} : { 'Content-Type': type }) },
  })
  return [answer.status, answer.json<{ code?: string }>().code]
}

const cursorOf = (...position: unknown[]) => Buffer.from(JSON.stringify(position)).toString('base64url')
const NUL = 'a\u0000b'

describe('text that no database can hold', () => {
  it.each([
    ['a search', `/terminals?search=${encodeURIComponent(NUL)}`],
    ['a cursor', `/terminals?cursor=${cursorOf(NUL)}`],
    ['a filter of the audit log', `/audit?action=${encodeURIComponent(NUL)}`],
  ])('is refused in %s', async (_where, path) => {
    expect(await codeOf(path)).toEqual([400, 'invalid_characters'])
  })

  it('is refused in a body, and nothing is stored', async () => {
    const body = JSON.stringify({ serial: 'NUL1', platform: 'other', notes: NUL })
    expect(await codeOf('/terminals', { body })).toEqual([400, 'invalid_characters'])
    const group = JSON.stringify({ name: 'NUL1', notes: NUL })
    expect(await codeOf('/groups', { body: group })).toEqual([400, 'invalid_characters'])
    // A name takes nothing that cannot be seen.
    expect(await codeOf('/groups', { body: JSON.stringify({ name: NUL }) })).toEqual([400, 'invalid_input'])
    expect(await database.sql`select from terminals where serial = 'NUL1'`).toHaveLength(0)
    expect(await database.sql`select from terminal_groups where name = 'NUL1'`).toHaveLength(0)
  })

  it('is refused by tRPC in the same words', async () => {
    const input = encodeURIComponent(JSON.stringify({ search: NUL }))
    const answer = await client.send({
      method: 'GET',
      path: `/api/trpc/terminals.list?input=${input}`,
      token: key,
    })
    expect(answer.status).toBe(400)
    expect(answer.json()).toMatchObject({ error: { data: { failure: 'invalid_characters' } } })
  })
})

describe('a place in a list that no row can have', () => {
  const beyond = 2 ** 31
  it.each([
    ['the number of a slip archive', `/eslips/archives/verification?after=${beyond}`, 'invalid_input'],
    ['a cursor of the slip archives', `/eslips/archives?cursor=${cursorOf(beyond)}`, 'invalid_cursor'],
    ['a cursor of the rules', `/update-rules?cursor=${cursorOf(beyond, 'a')}`, 'invalid_cursor'],
  ])('is refused: %s', async (_where, path, code) => {
    expect(await codeOf(path, { method: 'GET' })).toEqual([400, code])
  })
})

describe('a moment in no year that can be kept', () => {
  const LATE = '9999-12-31T23:59:59-14:00'
  it.each([
    ['/update-rules', 'endsAt'],
    ['/api-keys', 'expiresAt'],
  ])('is refused as an end: %s', async (path, field) => {
    const answer = await client.send({
      method: 'POST',
      path: `/api/v1${path}`,
      token: key,
      body: Buffer.from(JSON.stringify({ [field]: LATE })),
      headers: { 'Content-Type': 'application/json' },
    })
    expect(answer.json()).toMatchObject({
      code: 'invalid_input',
      issues: expect.arrayContaining([{ path: field, message: expect.stringContaining('years 1 to 9999') }]),
    })
  })

  it.each(['/audit?from=', '/licenses?expiresBefore=', '/eslips/search?from=', '/pos-log?from='])(
    'is searched by as the last one: %s',
    async (path) => {
      const [status] = await codeOf(path + encodeURIComponent(LATE), { method: 'GET' })
      expect(status).toBe(200)
    },
  )
})

describe('an address that means another one', () => {
  it.each(['/terminals/.', '/terminals/x/..', '/groups/%2e%2E/terminals', '/terminals/.%2e', '/terminals\\'])(
    'is none: %s',
    async (path) => {
      expect(await codeOf(path, { method: 'GET' })).toEqual([404, 'unknown_path'])
    },
  )
})

describe('bodies of another kind', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'multipart/form-data; boundary=x',
    'application/jsonp',
  ])('are refused as %s where JSON is taken', async (type) => {
    const body = '{"name":"not as JSON"}'
    expect(await codeOf('/groups', { body, type })).toEqual([415, 'unsupported_media_type'])
  })

  it('are refused when they are encoded', async () => {
    const headers = { 'Content-Encoding': 'gzip' }
    expect(await codeOf('/groups', { body: '{"name":"g"}', headers })).toEqual([
      415,
      'unsupported_content_encoding',
    ])
  })

  it('do not hide an unknown address or method', async () => {
    expect(await codeOf('/nowhere', { body: 'x', type: 'text/plain' })).toEqual([404, 'unknown_path'])
    expect(await codeOf('/audit', { body: 'x', type: 'text/plain' })).toEqual([405, 'method_not_allowed'])
  })

  it('are not looked for where there is none, whatever is said of them', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x', 'text/plain'])
      expect(await codeOf(`/terminals/${newId()}/suspend`, { type, body: '' })).toEqual([
        404,
        'terminal_not_found',
      ])
  })

  it.each(['{"name":', '[]', 'null', '5', '"text"', ''])(
    'are refused as JSON of another shape: %s',
    async (body) => {
      expect((await codeOf('/groups', { body, type: 'application/json; charset=utf-8' }))[0]).toBe(400)
    },
  )
})

describe('a form that is none', () => {
  const file = '--x\r\nContent-Disposition: form-data; name="f"; filename="a.json"\r\n\r\n'

  it.each([
    ['without a boundary', 'multipart/form-data', 'abc'],
    ['that ends within a file', 'multipart/form-data; boundary=x', `${file}{"serial":`],
    ['that ends within a header', 'multipart/form-data; boundary=x', '--x\r\nContent-Disp'],
    ['that is empty', 'multipart/form-data; boundary=x', ''],
  ])('%s is refused and stops nothing', async (_how, type, body) => {
    expect(await codeOf('/licenses/import', { type, body })).toEqual([400, 'malformed_multipart'])
    await new Promise((resolve) => setImmediate(resolve))
    expect(uncaught).toEqual([])
  })

  it('that breaks off with its connection stops nothing either', async () => {
    const request = http.request(`${url}/api/v1/licenses/import`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${key}`,
        'Content-Type': 'multipart/form-data; boundary=x',
        'Content-Length': 1000,
      },
    })
    const closed = new Promise((resolve) => request.once('close', resolve).on('error', () => {}))
    await new Promise((resolve) => request.write(`${file}{"serial":`, resolve))
    request.destroy()
    await closed
    expect((await codeOf('/licenses'))[0]).toBe(200)
    expect(uncaught).toEqual([])
  })
})

describe('a caller', () => {
  it('is known by the scheme in whatever case', async () => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer '])
      expect(
        (await codeOf('/groups', { method: 'GET', headers: { Authorization: `${scheme} ${key}` } }))[0],
      ).toBe(200)
  })
})

describe('while the database is away', () => {
  it('callers are told to come back', async () => {
    const gone = connect({ url: 'postgres://nobody@127.0.0.1:1/none' }, { max: 1, applicationName: 'gone' })
    const services = await makeServices({ ...database, sql: gone })
    const faces = await openFaces(services)
    const answer = await faces.client.send({ method: 'GET', path: '/api/v1/groups', token: key })
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([503, 'database_unreachable'])
    expect(answer.headers['retry-after']).toBe('5')
    await gone.end()
  })
})
