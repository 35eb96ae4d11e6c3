import { beforeAll, describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config'
import { createApiKey, createOperator } from '../../src/features/operators'
import { Browser } from '../support/browser'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices } from '../support/services'

const database = useTestDatabase()
const LISTED = 'https://tills.bank.example'
const FOREIGN = 'https://evil.example'
const PASSWORD = 'correct horse battery'
let url: string
/** A server whose settings name no origin. */
let closedUrl: string
let key: string
let cookie: string

beforeAll(async () => {
  const env = { INTEGRATOR_ORIGINS: `${LISTED}, http://localhost:8080`, API_REQUESTS_PER_MINUTE: '1000' }
  const services = await makeServices(database, { env })
  url = (await openFaces(services)).url
  closedUrl = (await openFaces(await makeServices(database))).url
  const shell = makeCtx(services, job())
  ;({ key } = await createApiKey(shell, {
    name: 'page',
    scopes: ['groups:read', 'groups:write', 'status:read'],
  }))
  await createOperator(shell, { username: 'someone', password: PASSWORD, role: 'admin' })
  const browser = new Browser(url)
  await browser.signIn('someone', PASSWORD)
  cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
})

type Headers = Record<string, string>

/** As a browser sends it for a page elsewhere. */
const send = (path: string, headers: Headers, more: RequestInit = {}, at = url) =>
  fetch(at + path, {
    ...more,
    headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors', ...headers },
  })
const bearer = () => ({ Authorization: `Bearer ${key}` })
const PATHS = ['/api/v1/groups', '/api/trpc/groups.list?input=%7B%7D']
const namesIn = (answer: Response, header: string) =>
  (answer.headers.get(header) ?? '').toLowerCase().split(/,\s*/)

describe.each(PATHS)('a page of another site at %s', (path) => {
  it('reads by a key where its origin is listed, and never by a cookie', async () => {
    for (const origin of [LISTED, 'http://localhost:8080']) {
      const answer = await send(path, { Origin: origin, ...bearer() })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
      expect(namesIn(answer, 'vary')).toContain('origin')
      expect(namesIn(answer, 'access-control-expose-headers')).toEqual(
        expect.arrayContaining(['ratelimit', 'ratelimit-policy', 'retry-after', 'link', 'x-request-id']),
      )
    }
  })

  it('is told what may be asked, before it asks', async () => {
    const asked = {
      Origin: LISTED,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
    }
    const answer = await send(path, asked, { method: 'OPTIONS' })
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    expect(answer.headers.get('access-control-allow-origin')).toBe(LISTED)
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(namesIn(answer, 'access-control-allow-methods')).toEqual(['get', 'post', 'put', 'patch', 'delete'])
    expect(namesIn(answer, 'access-control-allow-headers')).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'idempotency-key', 'last-event-id']),
    )
    expect(namesIn(answer, 'vary')).toContain('origin')
  })

  it('is refused with the visitor’s cookie, listed or not', async () => {
    for (const origin of [LISTED, FOREIGN]) {
      const answer = await send(path, { Origin: origin, Cookie: cookie })
      expect([answer.status, (await answer.text()).includes('foreign_origin')]).toEqual([403, true])
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
    // A scheme of another kind is no key, and the cookie beside it counts for nothing.
    const other = await send(path, { Origin: LISTED, Cookie: cookie, Authorization: 'Basic cHNtOnBzbQ==' })
    expect(other.status).toBe(401)
  })

  it('may read no answer where its origin is not listed', async () => {
    for (const origin of [
      FOREIGN,
      'null',
      'http://tills.bank.example',
      'https://tills.bank.example:8443',
      'https://tills.bank.example.evil.example',
      'https://TILLS.bank.example',
    ]) {
      const answer = await send(path, { Origin: origin, ...bearer() })
      expect(answer.headers.get('access-control-allow-origin'), origin).toBeNull()
      expect(namesIn(answer, 'vary')).toContain('origin')
      const preflight = { Origin: origin, 'Access-Control-Request-Method': 'GET' }
      const told = await send(path, preflight, { method: 'OPTIONS' })
      expect([told.ok, told.headers.get('access-control-allow-origin')]).toEqual([false, null])
    }
  })

  it('may read none at all where none is listed', async () => {
    const answer = await send(path, { Origin: LISTED, ...bearer() }, {}, closedUrl)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = { Origin: LISTED, 'Access-Control-Request-Method': 'GET' }
    expect((await send(path, preflight, { method: 'OPTIONS' }, closedUrl)).ok).toBe(false)
  })

  it('can read a refusal too', async () => {
    const answer = await send(path, { Origin: LISTED, Authorization: 'Bearer psk_unknown' })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, LISTED])
  })
})

describe('a page of a listed origin', () => {
  it('writes by its key, and by tRPC as JSON alone', async () => {
    const json = { 'Content-Type': 'application/json', Origin: LISTED, ...bearer() }
    const written = await send('/api/v1/groups', json, { method: 'POST', body: '{"name":"by a page"}' })
    expect(written.status).toBe(201)
    const body = '{"name":"by tRPC"}'
    expect((await send('/api/trpc/groups.create', json, { method: 'POST', body })).status).toBe(200)
    const text = { ...json, 'Content-Type': 'text/plain' }
    expect((await send('/api/trpc/groups.create', text, { method: 'POST', body })).status).toBe(403)
  })

  it('follows a stream by its key', async () => {
    const input = encodeURIComponent('{"terminalIds":["00000000-0000-7000-8000-000000000000"]}')
    const leaving = new AbortController()
    const answer = await send(
      `/api/trpc/status.watch?input=${input}`,
      { Origin: LISTED, Accept: 'text/event-stream', ...bearer() },
      { signal: leaving.signal },
    )
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, LISTED])
    leaving.abort()
  })

  it('has no business in the sign-in room', async () => {
    const headers = { Origin: LISTED, 'Content-Type': 'application/json' }
    const body = JSON.stringify({ login: 'someone', password: PASSWORD })
    const answer = await send('/api/auth/sign-in', headers, { method: 'POST', body })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null])
  })
})

describe('INTEGRATOR_ORIGINS', () => {
  const originsOf = (written: string) =>
    readConfiguration({ INTEGRATOR_ORIGINS: written }).settings.api.origins

  it('is a list of origins as browsers send them', () => {
    expect(originsOf('https://a.example  https://b.example:8443,http://localhost:5173')).toEqual([
      'https://a.example',
      'https://b.example:8443',
      'http://localhost:5173',
    ])
    expect(readConfiguration({}).settings.api.origins).toEqual([])
  })

  it.each([
    '*',
    'https://*.example',
    'null',
    'https://a.example/',
    'https://a.example:443',
    'a.example',
    'https://A.example',
    'file:///x',
  ])('takes no %s, which would never fit or fit too much', (written) => {
    expect(() => originsOf(written)).toThrow(/INTEGRATOR_ORIGINS: must be origins/)
  })
})
