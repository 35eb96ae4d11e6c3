import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createApiKey, createOperator, resetOperatorPassword } from '../../../../src/features/operators'
import {
  disableOperator,
  enableOperator,
  setOperatorRole,
} from '../../../../src/features/operators/service/people'
import { registerTerminal } from '../../../../src/features/terminals/service/register'
import { MOST_STREAMS } from '../../../../src/trpc/streams'
import type { Browser } from '../../../support/browser'
import { useTestDatabase } from '../../../support/postgres'
import { job, makeCtx } from '../../../support/services'
import { openRoom, PASSWORD, type Room } from './room'

const database = useTestDatabase()
let room: Room
beforeAll(async () => {
  room = await openRoom(database)
})

async function signedIn(username: string, role: 'admin' | 'operator' | 'viewer' = 'operator') {
  const { id } = await room.person(username, role)
  const browser = room.browser()
  await browser.signIn(username, PASSWORD)
  return { id, browser }
}

const isKnown = async (browser: Browser) => (await browser.ask('account.get')) !== 'unauthenticated'

describe('a session', () => {
  it('ends when it is not used, and each use puts that off', async () => {
    const { browser } = await signedIn('idle')
    for (let use = 0; use < 4; use++) {
      room.clock.passMinutes(14)
      expect(await isKnown(browser)).toBe(true)
    }
    room.clock.passMinutes(16)
    expect(await isKnown(browser)).toBe(false)
  })

  it('ends after its longest time, however much it is used', async () => {
    const { browser } = await signedIn('busy')
    for (let use = 0; use < 71; use++) {
      room.clock.passMinutes(10)
      expect(await isKnown(browser), `after ${(use + 1) * 10} minutes`).toBe(true)
    }
    room.clock.passMinutes(10)
    expect(await isKnown(browser)).toBe(false)
  })

  it('is not kept alive by a stream, nor made longer by a new password', async () => {
    const { browser } = await signedIn('streaming')
    room.clock.passMinutes(14)
    const stream = await fetch(watchUrl(), { headers: headersOf(browser, { accept: 'text/event-stream' }) })
    expect(stream.status).toBe(200)
    await stream.body?.cancel()
    room.clock.passMinutes(2)
    expect(await isKnown(browser)).toBe(false)
    await browser.signIn('streaming', PASSWORD)
    const endOf = async () => ((await browser.ask('account.get')) as Account).session.expiresAt
    const end = await endOf()
    room.clock.passMinutes(5)
    const change = { currentPassword: PASSWORD, newPassword: 'another long password' }
    expect((await browser.post('/password', change)).status).toBe(204)
    expect(await endOf()).toBe(end)
  })

  it('is not kept alive by a page that asks while nobody is there', async () => {
    const { browser } = await signedIn('absent')
    for (let poll = 0; poll < 14; poll++) {
      room.clock.passMinutes(1)
      const answer = await browser.send('GET', '/api/trpc/account.get?input=%7B%7D', undefined, UNATTENDED)
      expect(answer.status).toBe(200)
    }
    room.clock.passMinutes(2)
    expect(await isKnown(browser)).toBe(false)
  })

  it('ends a stream that is open when it ends', async () => {
    const { browser, id } = await signedIn('watching')
    const stream = await fetch(watchUrl(), { headers: headersOf(browser, { accept: 'text/event-stream' }) })
    const ended = (async () => {
      for await (const _chunk of stream.body as unknown as AsyncIterable<Uint8Array>);
    })()
    await disableOperator(makeCtx(room.services, job()), { operatorId: id })
    await expect(ended).resolves.toBeUndefined()
  })

  it('ends by signing out, and signing out is good for everybody', async () => {
    const { browser, id } = await signedIn('leaving')
    const copy = room.browser()
    copy.cookies.set('psm_session', browser.cookies.get('psm_session') ?? '')
    expect(await isKnown(copy)).toBe(true)
    expect((await browser.post('/sign-out')).status).toBe(204)
    expect(browser.cookies.size).toBe(0)
    expect(await isKnown(copy), 'the session is gone, not just its cookie').toBe(false)
    expect((await copy.post('/sign-out')).status).toBe(204)
    const actions = (await room.auditOf(id)).map(({ action }) => action)
    expect(actions.filter((action) => action === 'operator.signed_out')).toHaveLength(1)
  })

  it('ends with a reset password, another role and a closed account, on the next request', async () => {
    const admin = makeCtx(room.services, job())
    const { id: operatorId } = await room.person('changed')
    const changes: (() => Promise<unknown>)[] = [
      () => resetOperatorPassword(admin, { operatorId, password: PASSWORD }),
      () => setOperatorRole(admin, { operatorId, role: 'viewer' }),
      () => disableOperator(admin, { operatorId }),
    ]
    for (const change of changes) {
      const browser = room.browser()
      await browser.signIn('changed', PASSWORD)
      expect(await isKnown(browser)).toBe(true)
      await change()
      expect(await isKnown(browser)).toBe(false)
      await enableOperator(admin, { operatorId })
      expect(await isKnown(browser), 'and stays ended').toBe(false)
    }
  })

  it('has a cookie that scripts and other sites cannot use', async () => {
    await room.person('cookie')
    const { headers } = await room.browser().signIn('cookie', PASSWORD)
    const [cookie = '', ...others] = headers.getSetCookie()
    expect(others).toEqual([])
    expect(cookie).toMatch(/^psm_session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/)
    const [row] = await database.sql`select token from operator_sessions order by created_at desc limit 1`
    const forged = room.browser()
    forged.cookies.set('psm_session', encodeURIComponent(`${row?.token}.${'A'.repeat(43)}=`))
    expect(await isKnown(forged), 'what the database holds opens nothing').toBe(false)
    for (const value of ['', '.', 'x', '%', `${row?.token}.`, row?.token]) {
      forged.cookies.set('psm_session', value)
      expect(await isKnown(forged)).toBe(false)
    }
  })

  it.each([
    ['the public address', { PUBLIC_URL: 'https://tms.example' }, {}],
    ['a trusted proxy', { TRUST_PROXY: 'true' }, { 'x-forwarded-proto': 'https' }],
  ])('has a Secure cookie of this host alone where %s says https', async (_by, env, headers) => {
    const behind = await openRoom(database, env)
    const browser = behind.browser()
    browser.headers = headers as Record<string, string>
    const { headers: sent } = await browser.signIn('cookie', PASSWORD)
    expect(sent.getSetCookie()[0]).toMatch(
      /^__Host-psm_session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(await isKnown(browser)).toBe(true)
  })

  it('is Secure by nobody else’s word', async () => {
    const browser = room.browser()
    browser.headers = { 'x-forwarded-proto': 'https' }
    const { headers } = await browser.signIn('cookie', PASSWORD)
    expect(headers.getSetCookie()[0]).not.toContain('Secure')
  })
})

describe('a session at the doors', () => {
  it('is good for tRPC and REST, as far as the role goes', async () => {
    const { browser } = await signedIn('looking', 'viewer')
    expect(await browser.ask('terminals.list')).toMatchObject({ items: [] })
    expect((await browser.send('GET', '/api/v1/terminals')).status).toBe(200)
    const terminal = { serial: 'SN-1', platform: 'other' }
    expect(await browser.tell('terminals.register', terminal)).toBe('forbidden')
    const refused = await browser.send('POST', '/api/v1/terminals', terminal)
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    const { browser: operator, id } = await signedIn('working')
    expect(await operator.tell('terminals.register', terminal)).toMatchObject({ serial: 'SN-1' })
    const [audit] = await database.sql`select actor_kind, actor_id, actor_name from audit_entries
      where action = 'terminal.registered'`
    expect(audit).toEqual({ actor_kind: 'operator', actor_id: id, actor_name: 'working' })
  })

  it('sees what its operator sees', async () => {
    const admin = makeCtx(room.services, job())
    const visibility = { kind: 'limited' as const, groupIds: [], merchantIds: [] }
    await createOperator(admin, { username: 'limited', password: PASSWORD, role: 'operator', visibility })
    await registerTerminal(admin, { serial: 'SN-OUT-OF-SIGHT', platform: 'other' })
    const browser = room.browser()
    await browser.signIn('limited', PASSWORD)
    expect(await browser.ask('terminals.list')).toMatchObject({ items: [] })
  })

  it('is refused where a page of another site uses it', async () => {
    const { browser } = await signedIn('tricked')
    const terminal = { serial: 'SN-CSRF', platform: 'other' }
    const codeOf = async (method: string, path: string, headers: Record<string, string>, json?: unknown) => {
      const { status, body } = await browser.send(method, path, json, headers)
      return [status, body.code]
    }
    const FOREIGN = [403, 'foreign_origin']
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ] as Record<string, string>[]) {
      expect(await codeOf('POST', '/api/v1/terminals', headers, terminal)).toEqual(FOREIGN)
      expect(await codeOf('GET', '/api/v1/terminals', headers)).toEqual(FOREIGN)
      expect(await codeOf('POST', '/api/trpc/terminals.register', headers, terminal)).toEqual(FOREIGN)
    }
    const bytes = { 'sec-fetch-site': '', 'content-type': 'application/octet-stream' }
    expect(await codeOf('POST', '/api/v1/licenses/import', bytes, {}), 'bytes of nobody knows where').toEqual(
      FOREIGN,
    )
    const [row] = await database.sql`select count(*)::int as n from terminals where serial = 'SN-CSRF'`
    expect(row?.n).toBe(0)
  })

  it('has so many streams and no more, and another when one has closed', async () => {
    const { id } = await registerTerminal(makeCtx(room.services, job()), {
      serial: 'SEEN',
      platform: 'other',
    })
    const people = [await signedIn('much-watching'), await signedIn('watching-too')]
    const [browser, other] = people.map((one) => one.browser) as [Browser, Browser]
    const streams: AbortController[] = []
    /** The first that a stream tells: the terminal, or that there are too many. */
    const open = async (by: Browser) => {
      const stream = new AbortController()
      streams.push(stream)
      const headers = headersOf(by, { accept: 'text/event-stream' })
      const { body } = await fetch(watchUrl(id), { headers, signal: stream.signal })
      let text = ''
      for (const reader = body?.getReader(); !/too_many_streams|SEEN/.test(text); ) {
        const read = await reader?.read()
        if (read?.done !== false) break
        text += Buffer.from(read.value).toString()
      }
      return /too_many_streams|SEEN/.exec(text)?.[0]
    }
    const first = await Promise.all(Array.from({ length: MOST_STREAMS }, () => open(browser)))
    expect(new Set(first)).toEqual(new Set(['SEEN']))
    expect(await open(browser)).toBe('too_many_streams')
    expect(await open(other)).toBe('SEEN')
    streams[0]?.abort()
    await vi.waitFor(async () => expect(await open(browser)).toBe('SEEN'), 5_000)
    for (const stream of streams) stream.abort()
  })

  it('gives way to a key: who shows one is judged by it alone', async () => {
    const { browser } = await signedIn('both', 'admin')
    const { key } = await createApiKey(makeCtx(room.services, job()), { name: 'k', scopes: ['groups:read'] })
    const ask = async (authorization: string) =>
      (await browser.send('GET', '/api/v1/terminals', undefined, { authorization })).status
    expect(await ask(`Bearer ${key}`)).toBe(403)
    expect(await ask('Bearer nonsense')).toBe(401)
  })

  it('answers pages behind a proxy that sends another Host, where their address is known', async () => {
    const behind = await openRoom(database, { PUBLIC_URL: 'https://tms.example' })
    const browser = behind.browser()
    browser.headers = { origin: 'https://tms.example' }
    expect((await browser.signIn('both', PASSWORD)).status).toBe(200)
    browser.headers = { origin: 'https://evil.example' }
    expect((await browser.signIn('both', PASSWORD)).status).toBe(403)
  })
})

interface Account {
  session: { expiresAt: string }
}

const UNATTENDED = { 'psm-unattended': '1' }

function watchUrl(terminalId = '00000000-0000-7000-8000-000000000000'): string {
  const input = encodeURIComponent(JSON.stringify({ terminalIds: [terminalId] }))
  return `${room.url}/api/trpc/status.watch?input=${input}`
}

function headersOf(browser: Browser, more: Record<string, string>): Record<string, string> {
  return { ...more, cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
}
