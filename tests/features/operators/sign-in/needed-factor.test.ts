import { beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../../../../src/config'
import { ROLES } from '../../../../src/core/permissions'
import { createApiKey } from '../../../../src/features/operators'
import { type Browser, totpOf } from '../../../support/browser'
import { useTestDatabase } from '../../../support/postgres'
import { job, makeCtx } from '../../../support/services'
import { openRoom, PASSWORD, type Room } from './room'

const database = useTestDatabase()
let room: Room
beforeAll(async () => {
  room = await openRoom(database, { SECOND_FACTOR_ROLES: 'admin key-officer auditor' })
})

async function signedIn(username: string, role: (typeof ROLES)[number]) {
  const { id } = await room.person(username, role)
  const browser = room.browser()
  expect((await browser.signIn(username, PASSWORD)).body).toEqual({ status: 'signed_in' })
  return { id, browser }
}

async function enrol(browser: Browser): Promise<string[]> {
  const { body } = await browser.post('/two-factor/enable', { password: PASSWORD })
  const { totpUri, backupCodes } = body as { totpUri: string; backupCodes: string[] }
  expect((await browser.post('/two-factor/confirm', { code: totpOf(totpUri) })).status).toBe(204)
  return backupCodes
}

describe('the roles that need a second factor', () => {
  const of = (written?: string) =>
    readSettings(written === undefined ? {} : { SECOND_FACTOR_ROLES: written }).signIn.secondFactorRoles

  it('are administrators, key officers and auditors, unless the settings name others, or none', () => {
    expect(of()).toEqual(['admin', 'key-officer', 'auditor'])
    expect(of('viewer, support\nadmin')).toEqual(['viewer', 'support', 'admin'])
    expect(of('none')).toEqual([])
    expect(of(ROLES.join(' '))).toEqual([...ROLES])
    expect(() => of('administrators')).toThrow(/SECOND_FACTOR_ROLES: must be some of admin, operator/)
  })
})

describe('who owes a second factor', () => {
  it('signs in, and has nothing but the own account: not by tRPC, REST, bytes or a live stream', async () => {
    const { browser, id } = await signedIn('owing', 'admin')
    expect(await browser.ask('account.get')).toMatchObject({ id, permissions: [], needsTwoFactor: true })
    expect(await browser.ask('account.sessions')).toMatchObject({ items: [{ isCurrent: true }] })
    expect(await browser.tell('account.update', { name: 'Still Me' })).toMatchObject({ name: 'Still Me' })
    expect(await browser.ask('terminals.list')).toBe('second_factor_needed')
    expect(await browser.tell('groups.create', { name: 'never made' })).toBe('second_factor_needed')
    for (const path of ['/api/v1/terminals', '/api/v1/status/export.csv'])
      expect((await browser.send('GET', path)).body, path).toMatchObject({
        status: 403,
        code: 'second_factor_needed',
      })
    const stream = await fetch(`${room.url}/api/trpc/posLog.watch?input=%7B%7D`, {
      headers: {
        accept: 'text/event-stream',
        'sec-fetch-site': 'same-origin',
        cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
      },
    })
    expect(await stream.text()).toContain('second_factor_needed')
  })

  it('may do what the role allows from the moment there is one, and keeps it', async () => {
    const { browser, id } = await signedIn('enrolling', 'auditor')
    expect(await browser.ask('audit.list')).toBe('second_factor_needed')
    const [code = ''] = await enrol(browser)
    expect(await browser.ask('audit.list')).toMatchObject({ items: expect.any(Array) })
    const proof = { password: PASSWORD, secondFactor: { kind: 'backup', code } }
    const { status, body } = await browser.post('/two-factor/disable', proof)
    expect([status, body.code]).toEqual([403, 'two_factor_required'])
    // Refused before it was looked at: the code is good yet.
    expect((await browser.post('/proof', proof)).status).toBe(204)
    expect((await room.auditOf(id)).map(({ action }) => action)).not.toContain('operator.two_factor_disabled')
  })

  it('is nobody of another role, and no program', async () => {
    const { browser } = await signedIn('plain', 'operator')
    expect(await browser.ask('terminals.list')).toMatchObject({ items: [] })
    await enrol(browser)
    const { key } = await createApiKey(makeCtx(room.services, job()), { name: 'k', scopes: ['audit:read'] })
    const program = room.browser()
    program.headers = { authorization: `Bearer ${key}` }
    expect(await program.ask('audit.list')).toMatchObject({ items: expect.any(Array) })
  })

  it('owes one again when an administrator has taken it away', async () => {
    const { browser, id } = await signedIn('lost-it', 'auditor')
    await enrol(browser)
    const admin = await signedIn('helpful', 'admin')
    await enrol(admin.browser)
    expect(await admin.browser.tell('operators.resetTwoFactor', { operatorId: id })).toMatchObject({ id })
    const again = room.browser()
    await again.signIn('lost-it', PASSWORD)
    expect(await again.ask('audit.list')).toBe('second_factor_needed')
  })
})
