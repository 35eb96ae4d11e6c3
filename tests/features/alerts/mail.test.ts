import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/ids'
import type { AlertKind } from '../../../src/features/alerts/lists'
import { MOST_RECIPIENTS } from '../../../src/features/alerts/mail/lists'
import {
  createAlertRecipient,
  deleteAlertRecipient,
  listAlertRecipients,
  updateAlertRecipient,
} from '../../../src/features/alerts/mail/recipients'
import { sendMails } from '../../../src/features/alerts/mail/send'
import { testAlertMail } from '../../../src/features/alerts/mail/test'
import { listAlertRules } from '../../../src/features/alerts/rule-verbs'
import { useTestDatabase } from '../../support/postgres'
import { jobRun, limitedOperator, makeCtx, operator } from '../../support/services'
import { LOCAL_CERTIFICATE } from './certificate'
import { closedPort, openMailServer } from './mail-server'
import { openRoom } from './room'

const database = useTestDatabase()

/** A mail server, addresses that rules name, and looks that send what is due. */
async function openDesk(
  env: (port: number) => Record<string, string> = () => ({}),
  server = openMailServer(),
) {
  const mails = await server
  const room = await openRoom(database, mails.env(env(mails.port)))
  await database.sql`update terminals set state = 'retired' where state <> 'retired'`
  await database.sql`delete from alert_recipients`
  await database.sql`
    update alert_mail_state set read_seq = coalesce((select max(seq) from alert_events), 0), attempts = 0,
      next_attempt_at = null, failing_since = null, last_error = null, last_answer = null`
  await database.sql`
    insert into job_leases (name, holder, fence, expires_at) values ('mail-alerts', 'test', 1, now() + interval '1 day')
    on conflict (name) do update set fence = 1, expires_at = excluded.expires_at`
  const send = (fence = 1) => sendMails(room.server, jobRun({ fence }))
  return {
    ...room,
    mails,
    send,
    async tell(address: string, language: 'en' | 'ru', ...kinds: AlertKind[]) {
      const { id } = await createAlertRecipient(room.admin, { address, language })
      const { rules } = await listAlertRules(room.admin, {})
      for (const kind of kinds) {
        const others = rules.find((one) => one.kind === kind)?.recipientIds ?? []
        await room.set(kind, { recipientIds: [...others, id] })
      }
      return id
    },
    /** A look, then as long as mails are gathered, then the mails. */
    async lookAndSend() {
      await room.look()
      await send()
      room.pass(1)
      return send()
    },
    async state() {
      const [row] = await room.admin.db.execute(sql`select * from alert_mail_state`)
      return row
    },
  }
}

describe('a mail about alerts', () => {
  it('tells each address in its language, once, with a link to the alert', async () => {
    const desk = await openDesk()
    await desk.tell('desk@bank.example', 'en', 'terminal-lost')
    await desk.tell('smena@bank.example', 'ru', 'terminal-lost')
    await desk.tell('nobody@bank.example', 'en', 'battery-low')
    await desk.have(1, { prefix: 'LOST' })
    desk.pass(20)
    await desk.lookAndSend()
    const [alert] = await desk.list()
    const { received } = desk.mails
    expect(received.map(({ to, from }) => [from, ...to])).toEqual([
      ['tms@bank.example', 'desk@bank.example'],
      ['tms@bank.example', 'smena@bank.example'],
    ])
    const [english, russian] = received
    expect(english?.headers).toMatchObject({
      from: 'tms@bank.example',
      to: 'desk@bank.example',
      subject: 'psManager: Warning · Terminal lost: LOST-000001',
      'auto-submitted': 'auto-generated',
    })
    expect(english?.text).toContain('[Warning] Terminal lost: LOST-000001\n  since 27 Nov 2026, 10:20 UTC\n')
    expect(english?.text).toContain(`  https://tms.bank.example/monitoring/alerts/${alert?.id}\n`)
    expect(russian?.headers.subject).toBe('psManager: Предупреждение · Терминал не на связи: LOST-000001')
    expect(russian?.text).toContain(`https://tms.bank.example/monitoring/alerts/${alert?.id}`)
    desk.pass(30)
    await desk.lookAndSend()
    expect(received).toHaveLength(2)
  })

  it('tells of several alerts together, the most severe first, and keeps a distance to the next', async () => {
    const desk = await openDesk()
    await desk.tell('desk@bank.example', 'en', 'terminal-lost', 'battery-low')
    await desk.set('battery-low', { severity: 'critical' })
    await desk.have(2, { prefix: 'GONE' })
    desk.pass(20)
    const weak = await desk.have(1, { prefix: 'WEAK' })
    await desk.heard(weak, { battery: { percent: 3, charging: false } })
    await desk.lookAndSend()
    const [mail, ...others] = desk.mails.received
    expect(others).toEqual([])
    expect(mail?.headers.subject).toBe('psManager: 3 new alerts')
    expect(mail?.text.match(/^\[.*$/gm)?.map((line) => line.replace(/-0+/, ' '))).toEqual([
      '[Critical] Battery low: WEAK 1',
      expect.stringMatching(/^\[Warning\] Terminal lost: GONE [12]$/),
      expect.stringMatching(/^\[Warning\] Terminal lost: GONE [12]$/),
    ])
    const drained = await desk.have(1, { prefix: 'NEXT' })
    await desk.heard(drained, { battery: { percent: 3, charging: false } })
    await desk.lookAndSend()
    expect(desk.mails.received).toHaveLength(1)
    desk.pass(5)
    await desk.send()
    expect(desk.mails.received.at(-1)?.headers.subject).toBe('psManager: Critical · Battery low: NEXT-000001')
  })

  it('is not repeated by a terminal that comes and goes, and says that it is over once it cannot come back', async () => {
    const desk = await openDesk()
    await desk.tell('desk@bank.example', 'en', 'terminal-lost')
    const ids = await desk.have(1, { prefix: 'FLAP' })
    for (let round = 0; round < 4; round++) {
      desk.pass(20)
      await desk.lookAndSend()
      await desk.heard(ids)
      await desk.lookAndSend()
      desk.pass(9)
      await desk.heard(ids)
      await desk.lookAndSend()
      expect(await desk.list()).toEqual([])
    }
    expect(await desk.list({ state: 'cleared' })).toMatchObject([{ times: 4 }])
    expect(desk.mails.received).toHaveLength(1)
    for (let minute = 0; minute < 70; minute += 10) {
      desk.pass(10)
      await desk.heard(ids)
      await desk.lookAndSend()
    }
    expect(desk.mails.received.map(({ headers }) => headers.subject)).toEqual([
      'psManager: Warning · Terminal lost: FLAP-000001',
      'psManager: Cleared · Terminal lost: FLAP-000001',
    ])
  })

  it('cannot be given another header or a line by what things are called, nor a card number', async () => {
    const desk = await openDesk()
    await desk.tell('desk@bank.example', 'en', 'webhook-off')
    await database.sql`
      insert into webhook_endpoints (id, name, url, event_types, state, disabled_by, disabled_at, created_by, created_at)
      values (${newId()}, ${'Books 4111111111111111\r\nBcc: thief@evil.example\r\n\r\n[Critical] all is well'}, 'https://example.com/',
        '{eslip.created}', 'disabled', 'gone', ${desk.clock.at}, 'x', now())`
    await desk.lookAndSend()
    const [mail] = desk.mails.received
    expect(mail?.to).toEqual(['desk@bank.example'])
    expect(Object.keys(mail?.headers ?? {})).not.toContain('bcc')
    expect(mail?.headers.subject).toContain('Bcc: thief@evil.example [Critical] all is well')
    expect(mail?.text.match(/^\[/gm)).toHaveLength(1)
    expect(mail?.raw).not.toContain('4111111111111111')
    expect(mail?.headers.subject).not.toContain('4111111111111111')
    await database.sql`delete from webhook_endpoints`
  })
})

describe('a mail server that takes nothing', () => {
  it('is tried again later and later, told of once, and gets one mail about all of it in the end', async () => {
    const desk = await openDesk()
    const id = await desk.tell('desk@bank.example', 'en', 'terminal-lost', 'battery-low', 'mail-failing')
    desk.mails.refuse('connect', 421, 'Closed for the night. 4111111111111111')
    await desk.have(1, { prefix: 'FIRST' })
    desk.pass(20)
    expect(await desk.lookAndSend()).toMatchObject({ sent: 0, refused: 1 })
    expect(await desk.send()).toMatchObject({ sent: 0, refused: 0 })
    desk.pass(1)
    expect(await desk.send()).toMatchObject({ refused: 1 })
    expect(await listAlertRecipients(desk.admin, {})).toMatchObject({
      recipients: [{ id, waiting: 1, failingSince: null }],
      server: {
        host: `127.0.0.1:${desk.mails.port}`,
        lastAnswer: expect.not.stringContaining('4111111111111111'),
      },
    })
    for (let look = 0; look < 4; look++) {
      const weak = await desk.have(1, { prefix: `W${look}` })
      await desk.heard(weak, { battery: { percent: 3, charging: false } })
      desk.pass(4)
      await desk.lookAndSend()
    }
    expect(await desk.list({ kind: 'mail-failing' })).toMatchObject([
      { subject: { kind: 'mail', id: 'smtp' }, times: 1 },
    ])
    desk.mails.accept()
    desk.pass(20)
    await desk.send()
    expect(desk.mails.received).toHaveLength(1)
    expect(desk.mails.received[0]?.text).toContain('FIRST-000001')
    expect(desk.mails.received[0]?.text).toContain('W3-000001')
    await desk.look()
    expect(await desk.list({ kind: 'mail-failing' })).toEqual([])
    expect(await desk.state()).toMatchObject({ attempts: 0, failing_since: null })
  })

  it('loses nothing where the job dies between sending and settling: the mail comes again, known by its id', async () => {
    const desk = await openDesk()
    await desk.tell('desk@bank.example', 'en', 'terminal-lost')
    await desk.have(1)
    desk.pass(20)
    await desk.look()
    await desk.send()
    desk.pass(1)
    const take = (fence: number) =>
      database.sql`update job_leases set fence = ${fence} where name = 'mail-alerts'`
    desk.mails.whenTaken(() => take(2))
    await expect(desk.send(1)).rejects.toMatchObject({ cause: { code: 'PSM03' } })
    expect(await desk.send(2)).toMatchObject({ sent: 1 })
    expect(await desk.send(2)).toMatchObject({ sent: 0 })
    const ids = desk.mails.received.map(({ headers }) => headers['message-id'])
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  it('that refuses one address holds up no other, and the address is told of', async () => {
    const desk = await openDesk()
    const id = await desk.tell('gone@bank.example', 'en', 'terminal-lost')
    desk.mails.refuse('recipient', 550, 'No such mailbox')
    await desk.have(1)
    desk.pass(20)
    await desk.lookAndSend()
    desk.mails.accept()
    await desk.tell('desk@bank.example', 'en', 'battery-low')
    expect((await listAlertRecipients(desk.admin, {})).recipients).toMatchObject([
      { address: 'desk@bank.example', lastError: null },
      {
        address: 'gone@bank.example',
        lastError: 'recipient_refused',
        lastAnswer: '550 No such mailbox',
        waiting: 1,
      },
    ])
    await desk.look()
    desk.pass(11)
    await desk.look()
    expect(await desk.list({ kind: 'mail-failing' })).toMatchObject([
      {
        subject: { kind: 'mail', id, label: 'gone@bank.example' },
        detail: { mailError: 'recipient_refused' },
      },
    ])
    await desk.send()
    expect(desk.mails.received.map(({ to }) => to)).toEqual([['gone@bank.example']])
  })

  it('for three days makes what waits no news any more', async () => {
    const desk = await openDesk()
    await desk.tell('desk@bank.example', 'en', 'terminal-lost')
    desk.mails.refuse('connect', 421, 'No')
    await desk.have(1)
    desk.pass(20)
    await desk.lookAndSend()
    desk.pass(73 * 60)
    expect(await desk.send()).toMatchObject({ givenUp: 1 })
    desk.mails.accept()
    desk.pass(60)
    await desk.send()
    expect(desk.mails.received).toEqual([])
  })
})

describe('TLS', () => {
  const secured = { ...LOCAL_CERTIFICATE, hideSTARTTLS: false }

  it('is required: nothing is said to a server that cannot, or whose certificate nobody knows', async () => {
    const plain = await openDesk(() => ({ SMTP_TLS: 'required' }))
    const id = await plain.tell('desk@bank.example', 'en')
    expect(await testAlertMail(plain.admin, { recipientId: id })).toMatchObject({
      isSent: false,
      error: 'tls_failed',
    })
    expect(plain.mails.received).toEqual([])
    const unknown = await openDesk(() => ({ SMTP_TLS: 'required' }), openMailServer(secured))
    const other = await unknown.tell('desk@bank.example', 'en')
    expect(await testAlertMail(unknown.admin, { recipientId: other })).toMatchObject({ error: 'tls_failed' })
    expect(unknown.mails.received).toEqual([])
  })

  it('carries user name and password to a server whose authority is given', async () => {
    const server = openMailServer({
      ...secured,
      authOptional: false,
      onAuth: ({ username, password }, _session, callback) =>
        username === 'psm' && password === 'p@ss word'
          ? callback(null, { user: username })
          : callback(new Error('Who are you?')),
    })
    const { port } = await server
    const withCa = (password: string) => (): Record<string, string> => {
      const caFile = path.join(process.env.TMPDIR ?? '/tmp', `psm-ca-${process.pid}.pem`)
      writeFileSync(caFile, LOCAL_CERTIFICATE.cert)
      return {
        SMTP_URL: `smtp://psm:${encodeURIComponent(password)}@localhost:${port}`,
        SMTP_TLS: 'required',
        SMTP_CA_FILE: caFile,
      }
    }
    const desk = await openDesk(withCa('p@ss word'), server)
    const id = await desk.tell('desk@bank.example', 'ru')
    expect(await testAlertMail(desk.admin, { recipientId: id })).toMatchObject({
      isSent: true,
      error: null,
      answer: '250 Taken as 4711.',
    })
    expect(desk.mails.received).toMatchObject([
      { isTls: true, user: 'psm', headers: { subject: 'psManager: проверочное письмо' } },
    ])
    const wrong = await openDesk(withCa('wrong'), server)
    const other = await wrong.tell('desk@bank.example', 'ru')
    expect(await testAlertMail(wrong.admin, { recipientId: other })).toMatchObject({
      error: 'sign_in_refused',
    })
  })
})

describe('addresses', () => {
  it('are kept by administrators who see everything, audited, and taken out of rules when they go', async () => {
    const desk = await openDesk()
    const id = await desk.tell('desk@bank.example', 'en', 'terminal-lost', 'battery-low')
    const { admin } = desk
    await expect(
      createAlertRecipient(admin, { address: 'DESK@bank.example', language: 'ru' }),
    ).rejects.toMatchObject({
      code: 'alert_recipient_exists',
    })
    for (const address of [
      'no address',
      'a@b.example\r\nBcc: x@y.example',
      'Desk <a@b.example>',
      'a@b.example,c@d.example',
    ])
      await expect(createAlertRecipient(admin, { address, language: 'en' })).rejects.toMatchObject({
        code: 'invalid_input',
      })
    await expect(desk.set('storage-low', { recipientIds: [newId()] })).rejects.toMatchObject({
      code: 'alert_recipient_not_found',
    })
    for (const actor of [operator('operator'), operator('auditor')])
      await expect(listAlertRecipients(makeCtx(desk.services, actor), {})).rejects.toMatchObject({
        code: 'forbidden',
      })
    const limited = { ...limitedOperator({ groupIds: [newId()] }), role: 'admin' as const }
    await expect(
      createAlertRecipient(makeCtx(desk.services, limited), { address: 'x@y.example', language: 'en' }),
    ).rejects.toMatchObject({ code: 'outside_your_limits' })
    expect(await updateAlertRecipient(admin, { recipientId: id, language: 'ru' })).toMatchObject({
      language: 'ru',
    })
    await deleteAlertRecipient(admin, { recipientId: id })
    const { rules } = await listAlertRules(admin, {})
    expect(rules.flatMap(({ recipientIds }) => recipientIds)).toEqual([])
    const audited = await database.sql`
      select action from audit_entries where subject_kind = 'alert_recipient' and subject_id = ${id} order by seq`
    expect(audited.map(({ action }) => action)).toEqual([
      'alert_recipient.created',
      'alert_recipient.updated',
      'alert_recipient.deleted',
    ])
  })

  it('are fifty at most', async () => {
    const desk = await openDesk()
    for (let count = 0; count < MOST_RECIPIENTS; count++) await desk.tell(`a${count}@bank.example`, 'en')
    await expect(desk.tell('more@bank.example', 'en')).rejects.toMatchObject({
      code: 'too_many_alert_recipients',
    })
  })

  it('get nothing and are refused a test where no mail server is set, and hear of nothing old once one is', async () => {
    const room = await openRoom(database)
    await database.sql`delete from alert_recipients`
    const { id } = await createAlertRecipient(room.admin, { address: 'desk@bank.example', language: 'en' })
    expect(await listAlertRecipients(room.admin, {})).toMatchObject({ server: null })
    await expect(testAlertMail(room.admin, { recipientId: id })).rejects.toMatchObject({
      code: 'mail_not_set',
    })
    await room.set('terminal-lost', { recipientIds: [id] })
    await room.have(1)
    room.pass(20)
    await room.look()
    await sendMails(room.server, jobRun())
    const [{ waiting } = { waiting: -1 }] = (await listAlertRecipients(room.admin, {})).recipients
    expect(waiting).toBe(0)
  })

  it('are told what a test met: a server that is not there, or refuses', async () => {
    const port = await closedPort()
    const desk = await openDesk(() => ({ SMTP_URL: `smtp://127.0.0.1:${port}` }))
    const id = await desk.tell('desk@bank.example', 'en')
    expect(await testAlertMail(desk.admin, { recipientId: id })).toMatchObject({
      isSent: false,
      error: 'connection_refused',
    })
    const refusing = await openDesk()
    const other = await refusing.tell('desk@bank.example', 'en')
    refusing.mails.refuse('data', 554, 'This looks like spam')
    expect(await testAlertMail(refusing.admin, { recipientId: other })).toMatchObject({
      error: 'message_refused',
      answer: '554 This looks like spam',
    })
  })
})

// The last one: whoever comes after ten thousand terminals retires them.
describe('a network that fails', () => {
  it('is one alert and one mail, however many terminals are lost at once', async () => {
    const desk = await openDesk()
    await desk.tell('desk@bank.example', 'en', 'terminal-lost')
    await desk.have(10_000)
    desk.pass(20)
    await desk.lookAndSend()
    expect(await desk.list()).toMatchObject([{ subject: { kind: 'terminals' }, count: 10_000 }])
    expect(desk.mails.received.map(({ headers }) => headers.subject)).toEqual([
      'psManager: Warning · Terminal lost: 10,000 terminals',
    ])
    desk.pass(10)
    await desk.lookAndSend()
    expect(desk.mails.received).toHaveLength(1)
  }, 60_000)
})
