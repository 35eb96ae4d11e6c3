import { beforeAll, describe, expect, it, vi } from 'vitest'
import { getAccount } from '../../../../src/features/operators/service/account'
import { useTestDatabase } from '../../../support/postgres'
import { integrator, job, makeCtx } from '../../../support/services'
import { openRoom, PASSWORD, type Room } from './room'

const database = useTestDatabase()
let room: Room
beforeAll(async () => {
  room = await openRoom(database)
})

const NEW_PASSWORD = 'another long password'

async function signedIn(username: string) {
  const { id, email } = await room.person(username)
  const browser = room.browser()
  await browser.signIn(username, PASSWORD)
  return { id, email, browser }
}

async function waiting(): Promise<number> {
  const rows = await database.sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  return rows.length
}

describe('the own account', () => {
  it('tells who is signed in, what they may do and how long', async () => {
    const { browser, id, email } = await signedIn('telling')
    const account = await browser.ask('account.get')
    expect(account).toMatchObject({
      id,
      username: 'telling',
      name: 'telling',
      email,
      role: 'operator',
      visibility: { kind: 'all' },
      twoFactorEnabled: false,
      lastSignInAt: expect.any(String),
      session: { createdAt: expect.any(String), expiresAt: expect.any(String), idleMinutes: 15 },
    })
    const { permissions } = account as { permissions: string[] }
    expect(permissions).toContain('terminals:write')
    expect(permissions).not.toContain('operators:write')
  })

  it('is nothing that a program or the server itself has', async () => {
    for (const actor of [integrator('operators:read'), job()])
      await expect(getAccount(makeCtx(room.services, actor), {})).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('changes name and e-mail, never to somebody else’s', async () => {
    const { browser, id } = await signedIn('changing')
    const { email: other } = await room.person('other')
    expect(
      await browser.tell('account.update', { name: 'A New Name', email: 'New@bank.example' }),
    ).toMatchObject({ name: 'A New Name', email: 'New@bank.example' })
    expect(await browser.tell('account.update', { email: other.toUpperCase() })).toBe('email_taken')
    expect((await room.browser().signIn('new@bank.example', PASSWORD)).status).toBe(200)
    const audit = await room.auditOf(id)
    expect(audit).toContainEqual({
      action: 'operator.account_updated',
      actor: 'changing',
      after: { name: 'A New Name', email: 'New@bank.example' },
    })
  })

  it('lists where it is signed in, page by page, and ends a session there', async () => {
    const { browser, id } = await signedIn('everywhere')
    const elsewhere = room.browser()
    elsewhere.headers = { 'user-agent': 'Elsewhere/1.0' }
    await elsewhere.signIn('everywhere', PASSWORD)
    const { items } = (await browser.ask('account.sessions')) as Sessions
    expect(items.map(({ isCurrent }) => isCurrent)).toEqual([false, true])
    expect(items[0]).toMatchObject({ address: '127.0.0.1', userAgent: 'Elsewhere/1.0' })
    const first = (await browser.ask('account.sessions', { limit: 1 })) as Sessions
    const second = (await browser.ask('account.sessions', { limit: 1, cursor: first.nextCursor })) as Sessions
    expect([...first.items, ...second.items]).toEqual(items)
    const { browser: stranger } = await signedIn('stranger')
    const sessionId = items[0]?.id
    expect(await stranger.tell('account.endSession', { sessionId })).toBe('session_not_found')
    expect(await browser.tell('account.endSession', { sessionId })).toEqual({ sessionId })
    expect(await elsewhere.ask('account.get')).toBe('unauthenticated')
    expect(await browser.ask('account.get')).toMatchObject({ id })
    expect((await room.auditOf(id)).at(-1)).toMatchObject({
      action: 'operator.session_ended',
      actor: 'everywhere',
    })
  })

  it('changes its password by the old one, and is signed out everywhere else', async () => {
    const { browser, id } = await signedIn('renewing')
    const elsewhere = room.browser()
    await elsewhere.signIn('renewing', PASSWORD)
    const change = (currentPassword: string, newPassword: string) =>
      browser.post('/password', { currentPassword, newPassword })
    const codeOf = async (answer: ReturnType<typeof change>) => (await answer).body.code
    expect(await codeOf(change('wrong', NEW_PASSWORD))).toBe('wrong_password')
    expect(await codeOf(change(PASSWORD, 'short'))).toBe('invalid_input')
    expect(await codeOf(change(PASSWORD, PASSWORD))).toBe('invalid_input')
    expect(
      await codeOf(
        room.browser().post('/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      ),
    ).toBe('unauthenticated')
    expect((await change(PASSWORD, NEW_PASSWORD)).status).toBe(204)
    expect(await browser.ask('account.get')).toMatchObject({ id })
    expect(await elsewhere.ask('account.get')).toBe('unauthenticated')
    expect((await room.browser().signIn('renewing', PASSWORD)).status).toBe(401)
    expect((await room.browser().signIn('renewing', NEW_PASSWORD)).status).toBe(200)
    const audit = await room.auditOf(id)
    expect(audit.map(({ action }) => action)).toContain('operator.password_changed')
    expect(JSON.stringify(audit)).not.toContain(NEW_PASSWORD)
  })

  it('changes its password after an administrator who is at the account, and not across', async () => {
    const { id, browser } = await signedIn('crossed')
    const change = await database.sql.begin(async (administrator) => {
      await administrator`select from operators where id = ${id} for update`
      const input = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }
      const changing = browser.post('/password', input)
      await vi.waitFor(async () => expect(await waiting()).toBe(1), 5_000)
      await administrator`update operator_accounts set updated_at = now() where operator_id = ${id}`
      await administrator`delete from operator_sessions where operator_id = ${id}`
      return { changing }
    })
    expect((await change.changing).body.code).toBe('unauthenticated')
    expect((await room.browser().signIn('crossed', PASSWORD)).status).toBe(200)
  })

  it('is no place to guess the password at leisure', async () => {
    const { browser, id } = await signedIn('stolen')
    for (let guess = 0; guess < 10; guess++)
      expect((await browser.post('/two-factor/enable', { password: 'guess' })).body.code).toBe(
        'wrong_password',
      )
    expect((await browser.post('/two-factor/enable', { password: PASSWORD })).body.code).toBe(
      'sign_in_locked',
    )
    expect((await room.auditOf(id)).map(({ action }) => action)).toContain('operator.locked')
  })
})

interface Sessions {
  items: { id: string; isCurrent: boolean }[]
  nextCursor?: string
}
