import { beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '../../../../src/features/operators'
import { totpOf } from '../../../support/browser'
import { useTestDatabase } from '../../../support/postgres'
import { integrator, job, makeCtx } from '../../../support/services'
import { openRoom, PASSWORD, type Room } from './room'

const database = useTestDatabase()
let room: Room
let made = 0
beforeAll(async () => {
  room = await openRoom(database, { SESSION_IDLE_MINUTES: '600' })
})

async function signedIn(username: string) {
  const { id } = await room.person(username, 'admin')
  const browser = room.browser()
  await browser.signIn(username, PASSWORD)
  return { id, browser }
}

/** With a second factor; gives the link of the authenticator and the backup codes. */
async function equipped(username: string) {
  const person = await signedIn(username)
  const { body } = await person.browser.post('/two-factor/enable', { password: PASSWORD })
  const { totpUri: uri, backupCodes } = body as { totpUri: string; backupCodes: string[] }
  expect((await person.browser.post('/two-factor/confirm', { code: totpOf(uri) })).status).toBe(204)
  return { ...person, uri, backupCodes }
}

type Browser = ReturnType<Room['browser']>
const makeKey = (browser: Browser) =>
  browser.tell('apiKeys.create', { name: `key ${++made}`, scopes: ['terminals:read'] })
const totp = (code: string) => ({ kind: 'totp', code })
const prove = async (browser: Browser, proof: Record<string, unknown>) => {
  const { status, body } = await browser.post('/proof', proof)
  return body.code ?? status
}

describe('what matters most', () => {
  it('asks whoever signed in a while ago to prove anew who they are, and then goes on', async () => {
    const { browser, id } = await signedIn('long-here')
    expect(await makeKey(browser)).toMatchObject({ key: expect.any(String) })
    room.clock.passMinutes(9)
    expect(await makeKey(browser)).toMatchObject({ key: expect.any(String) })
    room.clock.passMinutes(1)
    expect(await makeKey(browser)).toBe('reauthentication_needed')
    expect(await browser.ask('apiKeys.list')).toMatchObject({ items: expect.any(Array) })
    expect(await prove(browser, { password: PASSWORD })).toBe(204)
    expect(await makeKey(browser)).toMatchObject({ key: expect.any(String) })
    room.clock.passMinutes(10)
    expect(await makeKey(browser)).toBe('reauthentication_needed')
    expect((await room.auditOf(id)).at(-1)).toEqual({
      action: 'operator.proved_again',
      actor: 'long-here',
      after: { factor: 'password', address: '127.0.0.1' },
    })
  })

  it('refuses by REST with the same code and 403', async () => {
    const { browser } = await signedIn('by-rest')
    room.clock.passMinutes(10)
    const { status, body } = await browser.send('POST', '/api/v1/operators', {
      username: 'never-made',
      password: PASSWORD,
      role: 'viewer',
    })
    expect([status, body.code]).toEqual([403, 'reauthentication_needed'])
  })

  it('is proved for one session alone', async () => {
    const { browser } = await signedIn('twice-here')
    const elsewhere = room.browser()
    await elsewhere.signIn('twice-here', PASSWORD)
    room.clock.passMinutes(10)
    await prove(browser, { password: PASSWORD })
    expect(await makeKey(elsewhere)).toBe('reauthentication_needed')
  })

  it('asks no program and nobody at the command line', async () => {
    for (const actor of [integrator('api-keys:write', 'terminals:read'), job()])
      await expect(
        createApiKey(makeCtx(room.services, actor), { name: 'k', scopes: ['terminals:read'] }),
      ).resolves.toMatchObject({ key: expect.any(String) })
  })

  it('is not proved by a new password, which shows no second factor', async () => {
    const { browser } = await signedIn('renewing')
    room.clock.passMinutes(10)
    const change = { currentPassword: PASSWORD, newPassword: 'another long password' }
    expect((await browser.post('/password', change)).status).toBe(204)
    expect(await makeKey(browser)).toBe('reauthentication_needed')
  })
})

describe('the proof', () => {
  it('takes the second factor of whoever has one, and each code once', async () => {
    const { browser, uri, id } = await equipped('with-factor')
    room.clock.passMinutes(10)
    expect(await prove(browser, { password: PASSWORD })).toBe('code_needed')
    expect(await makeKey(browser)).toBe('reauthentication_needed')
    expect(await prove(browser, { password: PASSWORD, secondFactor: totp('000000') })).toBe('invalid_code')
    const code = totpOf(uri, 1)
    expect(await prove(browser, { password: 'wrong', secondFactor: totp(code) })).toBe('wrong_password')
    expect(await prove(browser, { password: PASSWORD, secondFactor: totp(code) })).toBe(204)
    expect(await makeKey(browser)).toMatchObject({ key: expect.any(String) })
    expect(await prove(browser, { password: PASSWORD, secondFactor: totp(code) })).toBe('invalid_code')
    const reasons = (await room.auditOf(id)).flatMap(({ after }) => after.reason ?? [])
    expect(reasons).toEqual(['wrong_code', 'wrong_password', 'code_used_before'])
  })

  it('takes a backup code, which is spent by that', async () => {
    const { browser, backupCodes, id } = await equipped('with-backup')
    const proof = { password: PASSWORD, secondFactor: { kind: 'backup', code: backupCodes[0] } }
    expect(await prove(browser, proof)).toBe(204)
    expect(await prove(browser, proof)).toBe('invalid_code')
    expect((await room.auditOf(id)).map(({ action }) => action)).toContain('operator.backup_code_used')
  })

  it('is no place to guess at leisure, and a stranger has none', async () => {
    const { browser } = await signedIn('guessing')
    for (let guess = 0; guess < 10; guess++)
      expect(await prove(browser, { password: `guess ${guess}` })).toBe('wrong_password')
    expect(await prove(browser, { password: PASSWORD })).toBe('sign_in_locked')
    expect(await prove(room.browser(), { password: PASSWORD })).toBe('unauthenticated')
  })
})
