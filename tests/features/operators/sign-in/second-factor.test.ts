import { beforeAll, describe, expect, it } from 'vitest'
import { resetOperatorPassword, resetTwoFactor } from '../../../../src/features/operators/service/people'
import { type Browser, totpOf } from '../../../support/browser'
import { useTestDatabase } from '../../../support/postgres'
import { job, makeCtx } from '../../../support/services'
import { openRoom, PASSWORD, type Room } from './room'

const database = useTestDatabase()
let room: Room
beforeAll(async () => {
  room = await openRoom(database)
})

interface Equipped {
  id: string
  uri: string
  /** Of the confirmation. Whatever comes after it takes the next code, which is good already and stays so longer. */
  usedCode: string
  backupCodes: string[]
  browser: Browser
}

/** Somebody with a second factor. */
async function equipped(username: string): Promise<Equipped> {
  const { id } = await room.person(username)
  const browser = room.browser()
  await browser.signIn(username, PASSWORD)
  const { body } = await browser.post('/two-factor/enable', { password: PASSWORD })
  const uri = body.totpUri as string
  const usedCode = totpOf(uri)
  expect((await browser.post('/two-factor/confirm', { code: usedCode })).status).toBe(204)
  return { id, uri, usedCode, backupCodes: body.backupCodes as string[], browser }
}

async function challenged(username: string): Promise<Browser> {
  const browser = room.browser()
  const answer = await browser.signIn(username, PASSWORD)
  expect(answer.body).toEqual({ status: 'second_factor' })
  expect([...browser.cookies.keys()]).toEqual(['psm_second_factor'])
  return browser
}

const totp = (code: string) => ({ kind: 'totp', code })
const backup = (code: string) => ({ kind: 'backup', code })
const outcome = async (answer: ReturnType<Browser['post']>) => {
  const { status, body } = await answer
  return [status, body.code ?? body.status]
}
const IN = [200, 'signed_in']
const INVALID = [401, 'invalid_code']
const EXPIRED = [401, 'second_factor_expired']

describe('a second factor', () => {
  it('is on once a code has confirmed it, and not before', async () => {
    await room.person('enabling')
    const browser = room.browser()
    await browser.signIn('enabling', PASSWORD)
    expect(await outcome(browser.post('/two-factor/confirm', { code: '123456' }))).toEqual([
      409,
      'two_factor_not_started',
    ])
    expect(await outcome(browser.post('/two-factor/enable', { password: 'wrong' }))).toEqual([
      403,
      'wrong_password',
    ])
    const { status, body } = await browser.post('/two-factor/enable', { password: PASSWORD })
    expect(status).toBe(200)
    expect(body.totpUri).toMatch(/^otpauth:\/\/totp\/psManager:enabling\?secret=[A-Z2-7]+&/)
    expect(new Set(body.backupCodes as string[]).size).toBe(10)
    expect(await outcome(room.browser().signIn('enabling', PASSWORD))).toEqual(IN)
    expect(await outcome(browser.post('/two-factor/confirm', { code: '000000' }))).toEqual(INVALID)
    const before = browser.cookies.get('psm_session')
    await browser.post('/two-factor/confirm', { code: totpOf(body.totpUri as string) })
    expect(browser.cookies.get('psm_session')).not.toBe(before)
    expect(await browser.ask('account.get')).toMatchObject({ twoFactorEnabled: true })
    expect(await outcome(browser.post('/two-factor/enable', { password: PASSWORD }))).toEqual([
      409,
      'two_factor_already_enabled',
    ])
  })

  it('is asked for after the password, and there is no session before', async () => {
    const { uri, id } = await equipped('challenged')
    const browser = await challenged('challenged')
    expect(await browser.ask('account.get')).toBe('unauthenticated')
    expect(await outcome(browser.post('/second-factor', totp('000000')))).toEqual(INVALID)
    const code = totpOf(uri, 1)
    expect(
      await outcome(browser.post('/second-factor', totp(`${code.slice(0, 3)} ${code.slice(3)}`))),
    ).toEqual(IN)
    expect(await browser.ask('account.get')).toMatchObject({ id })
    expect([...browser.cookies.keys()]).toEqual(['psm_session'])
    const audit = await room.auditOf(id)
    expect(audit.map(({ action }) => action)).toEqual([
      'operator.created',
      'operator.signed_in',
      'operator.two_factor_prepared',
      'operator.two_factor_enabled',
      'operator.sign_in_failed',
      'operator.signed_in',
    ])
    expect(audit.at(-1)?.after).toEqual({ factor: 'totp', address: '127.0.0.1' })
  })

  it('is no way in for who gave a password that has been changed since', async () => {
    const { id, uri, browser, backupCodes } = await equipped('overtaken')
    const early = await challenged('overtaken')
    const changed = { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }
    expect((await browser.post('/password', changed)).status).toBe(204)
    expect(await outcome(early.post('/second-factor', totp(totpOf(uri, 1))))).toEqual(EXPIRED)
    const late = room.browser()
    await late.signIn('overtaken', `${PASSWORD}!`)
    await resetOperatorPassword(makeCtx(room.services, job()), { operatorId: id, password: PASSWORD })
    expect(await outcome(late.post('/second-factor', backup(backupCodes[0] ?? '')))).toEqual(EXPIRED)
    expect(
      await outcome((await challenged('overtaken')).post('/second-factor', totp(totpOf(uri, 1)))),
    ).toEqual(IN)
  })

  it('takes each code once: again, at the same moment, and after the confirmation', async () => {
    const { uri, usedCode } = await equipped('replayed')
    expect(await outcome((await challenged('replayed')).post('/second-factor', totp(usedCode)))).toEqual(
      INVALID,
    )
    const browsers = [
      await challenged('replayed'),
      await challenged('replayed'),
      await challenged('replayed'),
    ]
    const code = totpOf(uri, 1)
    const answers = await Promise.all(browsers.map((one) => outcome(one.post('/second-factor', totp(code)))))
    expect(answers.filter(([status]) => status === 200)).toHaveLength(1)
    expect(answers.filter(([, said]) => said === 'invalid_code')).toHaveLength(2)
    expect(await outcome((await challenged('replayed')).post('/second-factor', totp(code)))).toEqual(INVALID)
  })

  it('may be a backup code, each once', async () => {
    const { id, backupCodes } = await equipped('backed-up')
    const [first = '', second = ''] = backupCodes
    const browsers = [await challenged('backed-up'), await challenged('backed-up')]
    const answers = await Promise.all(
      browsers.map((one) => outcome(one.post('/second-factor', backup(first)))),
    )
    expect(answers.filter(([status]) => status === 200)).toHaveLength(1)
    expect(answers.filter(([, said]) => said === 'invalid_code')).toHaveLength(1)
    const browser = await challenged('backed-up')
    expect(await outcome(browser.post('/second-factor', backup(second)))).toEqual(IN)
    const used = (await room.auditOf(id)).filter(({ action }) => action === 'operator.backup_code_used')
    expect(used).toHaveLength(2)
    const renewed = await browser.post('/two-factor/backup-codes', {
      password: PASSWORD,
      secondFactor: backup(backupCodes[2] ?? ''),
    })
    expect(renewed.body.backupCodes).toHaveLength(10)
    const third = await challenged('backed-up')
    expect(await outcome(third.post('/second-factor', backup(backupCodes[3] ?? '')))).toEqual(INVALID)
  })

  it('is not guessed: a challenge takes five wrong codes, a login as many as wrong passwords', async () => {
    const { id } = await equipped('guessed')
    const browser = await challenged('guessed')
    for (let guess = 0; guess < 5; guess++)
      expect(await outcome(browser.post('/second-factor', totp(`00000${guess}`)))).toEqual(INVALID)
    expect(await outcome(browser.post('/second-factor', totp('000009')))).toEqual(EXPIRED)
    const again = await challenged('guessed')
    for (let guess = 0; guess < 4; guess++)
      expect(await outcome(again.post('/second-factor', totp(`10000${guess}`)))).toEqual(INVALID)
    expect(await outcome(again.post('/second-factor', totp('100009')))).toEqual([429, 'sign_in_locked'])
    expect(await outcome(room.browser().signIn('guessed', PASSWORD))).toEqual([429, 'sign_in_locked'])
    expect((await room.auditOf(id)).map(({ action }) => action)).toContain('operator.locked')
  })

  it('belongs to a challenge of ours', async () => {
    await equipped('strange')
    const browser = room.browser()
    expect(await outcome(browser.post('/second-factor', totp('123456')))).toEqual(EXPIRED)
    browser.cookies.set('psm_second_factor', '2fa-somebody.c2lnbmF0dXJl')
    expect(await outcome(browser.post('/second-factor', totp('123456')))).toEqual(EXPIRED)
    const late = await challenged('strange')
    await database.sql`update operator_challenges set expires_at = now() - interval '1 second'`
    expect(await outcome(late.post('/second-factor', totp('123456')))).toEqual(EXPIRED)
  })

  it('is kept encrypted, and its codes as hashes', async () => {
    const { id, uri, backupCodes } = await equipped('encrypted')
    const secret = new URL(uri).searchParams.get('secret') ?? ''
    const [row] =
      await database.sql`select secret, backup_codes from operator_two_factors where operator_id = ${id}`
    expect(row?.secret.length).toBeGreaterThan(64)
    expect(JSON.stringify(row)).not.toContain(secret)
    for (const code of backupCodes) expect(row?.backup_codes).not.toContain(code)
    const [audit] = await database.sql`select string_agg(changes::text, '') as all from audit_entries`
    for (const word of [secret, ...backupCodes, PASSWORD]) expect(audit?.all).not.toContain(word)
  })

  it('goes by password and a code of its own, and an administrator takes away a lost one', async () => {
    const { browser, id, backupCodes } = await equipped('leaving')
    const proof = { password: PASSWORD, secondFactor: backup(backupCodes[0] ?? '') }
    expect(await outcome(browser.post('/two-factor/disable', { password: 'wrong' }))).toEqual([
      403,
      'wrong_password',
    ])
    expect(await outcome(browser.post('/two-factor/disable', { password: PASSWORD }))).toEqual([
      403,
      'code_needed',
    ])
    expect((await browser.post('/two-factor/disable', proof)).status).toBe(204)
    expect(await outcome(room.browser().signIn('leaving', PASSWORD))).toEqual(IN)
    expect(await outcome(browser.post('/two-factor/disable', { password: PASSWORD }))).toEqual([
      409,
      'two_factor_not_enabled',
    ])
    expect((await room.auditOf(id)).map(({ action }) => action)).toContain('operator.two_factor_disabled')
    const lost = await equipped('lost')
    await resetTwoFactor(makeCtx(room.services, job()), { operatorId: lost.id })
    expect(await lost.browser.ask('account.get')).toBe('unauthenticated')
    expect(await outcome(room.browser().signIn('lost', PASSWORD))).toEqual(IN)
    expect((await room.auditOf(lost.id)).map(({ action }) => action)).toContain('operator.two_factor_reset')
  })
})
