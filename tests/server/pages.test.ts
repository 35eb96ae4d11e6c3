import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltServer, setUpFirst, startBuiltServer } from '../support/built-server'
import { exchange } from '../support/raw-http'

let server: BuiltServer
/** Of somebody signed in. */
let cookie: string

beforeAll(async () => {
  server = await startBuiltServer()
  cookie = await setUpFirst(server)
}, 180_000)

afterAll(async () => {
  await server?.stop()
})

const ask = (url: string, init: RequestInit = {}) =>
  fetch(server.url + url, { redirect: 'manual', headers: { cookie }, ...init })

/** Address of every page below src/routes, parameters filled in. */
const PAGES = readdirSync(path.resolve('src/routes'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx') && !file.includes('[...'))
  .map((file) =>
    `/${file.replace(/\.tsx$/, '')}`.replace(/(^|\/)index$/, '$1').replaceAll(/\[\[?\w+\]?\]/g, '1'),
  )

describe('pages of the built server', () => {
  it.each(PAGES)('answers %s, a page there is, with 200 or the way to another', async (url) => {
    expect([200, 302]).toContain((await ask(url)).status)
  })

  it('shows the app to who is signed in, and tells it who that is', async () => {
    const answer = await ask('/')
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await answer.text()).toContain('"username":"first"')
  })

  it('sends strangers to sign in first, with the way back', async () => {
    for (const [url, way] of [
      ['/', '/sign-in'],
      ['/no-such-page?x=1', '/sign-in?next=%2Fno-such-page%3Fx%3D1'],
    ] as const) {
      const answer = await ask(url, { headers: {} })
      expect([answer.status, answer.headers.get('location')]).toEqual([302, way])
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  it.each(['/_build/assets/none.js', '/_server'])('answers 404 at %s, and nobody keeps that', async (url) => {
    const answer = await ask(url)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it.each(['/no-such-page', '/no/such/page', '/terminalx', '/apifoo'])(
    'answers 404 at %s with the app, which says so, and nobody keeps that',
    async (url) => {
      const answer = await ask(url)
      expect(answer.status).toBe(404)
      expect(await answer.text()).toContain('"username":"first"')
      expect(answer.headers.get('cache-control')).toBe('no-store')
    },
  )

  it('lets browsers keep its assets for good', async () => {
    const [, asset = ''] = /href="(\/_build\/assets\/[^"]+\.css)"/.exec(await (await ask('/')).text()) ?? []
    const answer = await ask(asset)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('refuses %s of a page as 405', async (method) => {
    for (const url of ['/', '/no-such-page', '/_build/assets/none.js']) {
      const answer = await ask(url, { method })
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe('GET, HEAD')
      expect(await answer.json()).toMatchObject({ code: 'method_not_allowed', status: 405 })
    }
  })

  it('refuses server functions whatever the method', async () => {
    expect((await ask('/_server')).status).toBe(404)
    expect((await ask('/_server?id=1&name=x', { method: 'POST', body: 'x' })).status).toBe(404)
    expect((await ask('/%5Fserver', { method: 'POST', body: 'x' })).status).toBe(404)
  })

  it('refuses what another site sends or embeds, and follows its links', async () => {
    const foreign = { 'Sec-Fetch-Site': 'cross-site' }
    const post = await exchange(server.port, request('POST', { ...foreign, 'Sec-Fetch-Mode': 'navigate' }))
    expect(post.status).toBe(403)
    expect(JSON.parse(post.body)).toMatchObject({ code: 'cross_site_request' })
    const status = async (headers: Record<string, string>) =>
      (await exchange(server.port, request('GET', headers))).status
    expect(await status({ ...foreign, 'Sec-Fetch-Mode': 'no-cors' })).toBe(403)
    expect(await status({ Origin: 'https://evil.example' })).toBe(403)
    expect(await status({ ...foreign, 'Sec-Fetch-Mode': 'navigate' })).toBe(200)
    expect(await status({ Origin: server.url })).toBe(200)
  })

  it('answers each page with a policy and a nonce of its own', async () => {
    const nonces = new Set<string>()
    for (let round = 0; round < 3; round++) {
      const answer = await ask('/')
      const policy = answer.headers.get('content-security-policy') ?? ''
      const [, nonce = ''] = /script-src 'self' 'nonce-([^']+)'/.exec(policy) ?? []
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      const scripts = (await answer.text()).match(/<script[^>]*>/g) ?? []
      expect(scripts.length).toBeGreaterThan(0)
      for (const tag of scripts) expect(tag).toContain(`nonce="${nonce}"`)
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(3)
  })

  it('sends the other security headers with pages, assets and refusals', async () => {
    for (const url of ['/', '/no-such-page', '/_build/assets/none.js', '/_server']) {
      const { headers } = await ask(url)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('permissions-policy')).toContain('camera=()')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-request-id')).toBeTruthy()
    }
  })
})

function request(method: string, more: Record<string, string>): string {
  const headers = { Host: `127.0.0.1:${server.port}`, Connection: 'close', Cookie: cookie, ...more }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} / HTTP/1.1\r\n${lines.join('')}\r\n`
}
