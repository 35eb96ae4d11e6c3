import { beforeAll, describe, expect, it } from 'vitest'
import { disableOperator, enableOperator } from '../../../../src/features/operators/service/people'
import { useTestDatabase } from '../../../support/postgres'
import { job, makeCtx } from '../../../support/services'
import { openRoom, PASSWORD, type Room } from './room'

const database = useTestDatabase()
let room: Room
beforeAll(async () => {
  room = await openRoom(database)
})

describe('a password', () => {
  it('signs in by user name and by e-mail, in whatever case', async () => {
    const { id, email } = await room.person('Anna')
    for (const login of ['Anna', 'anna', 'ANNA', email, email.toLowerCase(), ` ${email.toUpperCase()} `]) {
      const browser = room.browser()
      const answer = await browser.signIn(login, PASSWORD)
      expect([answer.status, answer.body]).toEqual([200, { status: 'signed_in' }])
      expect(await browser.ask('account.get')).toMatchObject({ id, username: 'Anna', email })
    }
    const [row] = await database.sql`select last_sign_in_at from operators where id = ${id}`
    expect(row?.last_sign_in_at).toBeInstanceOf(Date)
    const signedIn = (await room.auditOf(id)).filter(({ action }) => action === 'operator.signed_in')
    expect(signedIn).toHaveLength(6)
    expect(signedIn[0]).toMatchObject({ actor: 'Anna', after: { factor: 'password', address: '127.0.0.1' } })
  })

  it('that is wrong, a login that is unknown and an account that is closed look the same', async () => {
    const { id } = await room.person('closed')
    const admin = makeCtx(room.services, job())
    await room.person('open')
    await disableOperator(admin, { operatorId: id })
    const answers = await Promise.all([
      room.browser().signIn('open', 'not the password'),
      room.browser().signIn('nobody', 'not the password'),
      room.browser().signIn('nobody@bank.example', 'not the password'),
      room.browser().signIn('closed', PASSWORD),
    ])
    for (const { status, body, headers } of answers) {
      expect([status, body.code]).toEqual([401, 'invalid_credentials'])
      expect(body).toEqual(answers[0]?.body)
      expect(headers.getSetCookie()).toEqual([])
    }
    expect(await room.auditOf(id)).toContainEqual(
      expect.objectContaining({
        action: 'operator.sign_in_failed',
        after: { reason: 'disabled', address: '127.0.0.1' },
      }),
    )
    await enableOperator(admin, { operatorId: id })
    expect((await room.browser().signIn('closed', PASSWORD)).status).toBe(200)
  })

  it('typed into the wrong field is kept nowhere', async () => {
    await room.browser().signIn('My Secret Passphrase 1', 'whatever it is')
    const [found] = await database.sql`
      select count(*)::int as n from audit_entries where audit_entries::text ilike '%passphrase%'`
    expect(found?.n).toBe(0)
    const [entry] = await database.sql`select subject_id, subject_label from audit_entries
      where subject_kind = 'unknown_login' order by seq desc limit 1`
    expect(entry?.subject_label).toMatch(/^[0-9a-f]{16}$/)
    const [attempt] = await database.sql`select count(*)::int as n from sign_in_attempts
      where encode(login_hash, 'escape') ilike '%passphrase%'`
    expect(attempt?.n).toBe(0)
  })

  it('is asked for in JSON, by POST, in few bytes, from our own pages', async () => {
    const browser = room.browser()
    const codeOf = async (answer: Promise<{ status: number; body: Record<string, unknown> }>) => {
      const { status, body } = await answer
      return [status, body.code]
    }
    const input = { login: 'open', password: PASSWORD }
    expect(await codeOf(browser.send('GET', '/api/auth/sign-in'))).toEqual([405, 'method_not_allowed'])
    expect(await codeOf(browser.post('/sign-up/email', input))).toEqual([404, 'unknown_path'])
    expect(await codeOf(browser.post('/sign-in/username', input))).toEqual([404, 'unknown_path'])
    expect(await codeOf(browser.post('/sign-in', { login: 'open' }))).toEqual([400, 'invalid_input'])
    expect(await codeOf(browser.post('/sign-in', { ...input, password: 'x'.repeat(9000) }))).toEqual([
      413,
      'body_too_large',
    ])
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await codeOf(browser.post('/sign-in', input, form))).toEqual([415, 'unsupported_media_type'])
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ] as Record<string, string>[])
      expect(await codeOf(browser.post('/sign-in', input, headers))).toEqual([403, 'foreign_origin'])
    const malformed = await fetch(`${room.url}/api/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"login":',
    })
    expect([malformed.status, ((await malformed.json()) as { code: string }).code]).toEqual([
      400,
      'malformed_json',
    ])
    expect(browser.cookies.size).toBe(0)
  })
})

describe('an address that asks too often', () => {
  it('is told to wait, whoever it says it is', async () => {
    const narrow = await openRoom(database, { SIGN_IN_REQUESTS_PER_MINUTE: '5' })
    const browser = narrow.browser()
    const statuses: number[] = []
    for (let attempt = 0; attempt < 6; attempt++) {
      browser.headers = { 'x-forwarded-for': `10.0.0.${attempt}` }
      statuses.push((await browser.post('/sign-out')).status)
    }
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429])
    const refused = await browser.signIn('open', PASSWORD)
    expect(refused.body.code).toBe('too_many_requests')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is the address that a trusted proxy names', async () => {
    const behind = await openRoom(database, { SIGN_IN_REQUESTS_PER_MINUTE: '5', TRUST_PROXY: 'true' })
    const browser = behind.browser()
    for (let attempt = 0; attempt < 12; attempt++) {
      browser.headers = { 'x-forwarded-for': `192.0.2.1, 10.0.0.${attempt}` }
      expect((await browser.post('/sign-out')).status).toBe(204)
    }
  })
})
