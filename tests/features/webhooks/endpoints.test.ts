import { beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import type { Scope } from '../../../src/core/permissions'
import {
  createAlertRecipient,
  deleteAlertRecipient,
  updateAlertRecipient,
} from '../../../src/features/alerts/mail/recipients'
import {
  createWebhookOf,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  updateWebhookOf,
} from '../../../src/features/webhooks/service/endpoints'
import {
  getMessage,
  listMessages,
  replayFailed,
  replayMessage,
} from '../../../src/features/webhooks/service/messages'
import { rotateWebhookSecret } from '../../../src/features/webhooks/service/secrets'
import { disableWebhook, enableWebhookOf } from '../../../src/features/webhooks/service/states'
import { testWebhook } from '../../../src/features/webhooks/service/test'
import { getTraffic, webhookTotals } from '../../../src/features/webhooks/service/traffic'
import { trimMessages } from '../../../src/features/webhooks/service/trim'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, operator } from '../../support/services'
import { isSignedBy, openReceiver } from './receiver'
import { openRoom } from './room'

const database = useTestDatabase()
const HOUR_MS = 3_600_000

let room: Awaited<ReturnType<typeof openRoom>>
let receiver: Awaited<ReturnType<typeof openReceiver>>
beforeEach(async () => {
  await database.sql`delete from webhook_endpoints`
  room = await openRoom(database)
  receiver = await openReceiver()
})

const seqsOf = () =>
  receiver.received.flatMap(({ body }) => JSON.parse(body).data.eslips.map((one: { seq: number }) => one.seq))
const audited = async (action: string) =>
  (
    await database.sql`select changes from audit_entries where action = ${action} order by seq desc limit 1`
  )[0]?.changes

async function happenAndDeliver(count = 1) {
  room.pass(1)
  room.happen(count)
  await room.dispatch()
  await room.deliver()
}

describe('an endpoint', () => {
  it('begins with what happens after it was made, and goes on without gaps', async () => {
    room.happen(5)
    await room.create(receiver.url)
    await happenAndDeliver(250)
    expect(seqsOf()).toEqual(Array.from({ length: 250 }, (_none, index) => index + 6))
    expect(receiver.received).toHaveLength(3)
  })

  it('is told of fewer at once where a message would be 20 kB long, and of no event less', async () => {
    await room.create(receiver.url)
    room.happen(100, 'u'.repeat(500))
    await room.dispatch()
    await room.deliver()
    expect(receiver.received.map(({ body }) => JSON.parse(body).data.eslips.length)).toEqual([25, 25, 25, 25])
    for (const { body } of receiver.received) expect(Buffer.byteLength(body)).toBeLessThan(20_000)
    expect(seqsOf()).toEqual(Array.from({ length: 100 }, (_none, index) => index + 1))
  })

  it('is told of its merchants alone, also over long stretches without any', async () => {
    const visibility = { kind: 'limited' as const, groupIds: [], merchantIds: [newId()] }
    const { id } = await room.create(receiver.url, { visibility })
    await happenAndDeliver(1)
    await happenAndDeliver(1)
    await happenAndDeliver(3)
    expect(seqsOf()).toEqual([1, 3, 5])
    const [cursor] = await database.sql`select seq::int from webhook_cursors where endpoint_id = ${id}`
    expect(cursor).toEqual({ seq: 5 })
  })

  it('that does not keep up has twenty messages waiting; the rest stays where it is, and comes later', async () => {
    receiver.answer = (res) => res.writeHead(500).end()
    const { id } = await room.create(receiver.url)
    await happenAndDeliver(2_500)
    expect(await room.view(id)).toMatchObject({ waiting: 20 })
    receiver.answer = (res) => res.writeHead(200).end()
    receiver.received.length = 0
    for (let round = 0; round < 3; round++) {
      room.pass(HOUR_MS)
      await room.deliver()
      await room.dispatch()
    }
    expect(seqsOf()).toEqual(Array.from({ length: 2_500 }, (_none, index) => index + 1))
  })

  it('keeps its secret sealed and out of every answer and audit row', async () => {
    const { id, secret } = await room.create(receiver.url)
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const shown = JSON.stringify([await room.view(id), await listWebhooks(room.admin, {})])
    const [row] = await database.sql`select sealed from webhook_secrets where endpoint_id = ${id}`
    const log = await database.sql`select changes from audit_entries where subject_id = ${id}`
    for (const text of [shown, JSON.stringify(log), row?.sealed.toString('latin1')])
      expect(text).not.toContain(secret.slice(6))
  })

  it('is changed, audited with what differs; the same again changes nothing', async () => {
    const { id } = await room.create(receiver.url)
    const update = updateWebhookOf([room.source])
    expect(await update(room.admin, { webhookId: id, name: 'Ledger' })).toMatchObject({ name: 'Ledger' })
    expect(await audited('webhook.updated')).toEqual({ name: { before: 'Books', after: 'Ledger' } })
    const before = await database.sql`select count(*) from audit_entries`
    await update(room.admin, { webhookId: id, name: 'Ledger' })
    expect(await database.sql`select count(*) from audit_entries`).toEqual(before)
    await expect(update(room.admin, { webhookId: id, url: 'nowhere' })).rejects.toMatchObject({
      code: 'webhook_url_invalid',
    })
  })

  it('shows and logs no value of its query, and keeps it where it comes back hidden', async () => {
    const update = updateWebhookOf([room.source])
    const url = `${new URL(receiver.url).href}hook?token=s3cret-1&channel=books&s3cret-bare`
    const hidden = url.replace(/s3cret-1|books|s3cret-bare/g, '***')
    const { id } = await room.create(url)
    expect((await room.view(id)).url).toBe(hidden)
    await happenAndDeliver(1)
    expect(receiver.received.map(({ path }) => path)).toEqual([
      '/hook?token=s3cret-1&channel=books&s3cret-bare',
    ])
    expect(await update(room.admin, { webhookId: id, name: 'Ledger', url: hidden })).toMatchObject({
      url: hidden,
    })
    expect(await audited('webhook.updated')).toEqual({ name: { before: 'Books', after: 'Ledger' } })
    await happenAndDeliver(1)
    expect(receiver.received.at(-1)?.path).toContain('token=s3cret-1')
    await update(room.admin, { webhookId: id, url: url.replace('s3cret-1', 's3cret-2') })
    expect(await audited('webhook.updated')).toEqual({ isHiddenPartChanged: { before: null, after: true } })
    await happenAndDeliver(1)
    expect(receiver.received.at(-1)?.path).toContain('token=s3cret-2')
    await expect(
      update(room.admin, { webhookId: id, url: hidden.replace('/hook', '/other') }),
    ).rejects.toMatchObject({ code: 'webhook_url_hidden' })
    await deleteWebhook(room.admin, { webhookId: id })
    const log = await database.sql`select changes from audit_entries where subject_id = ${id}`
    expect(log).toHaveLength(4)
    expect(JSON.stringify([log, await listWebhooks(room.admin, {})])).not.toContain('s3cret')
  })

  it('is refused for a private address where the setting does not allow it', async () => {
    const strict = await openRoom(database, { WEBHOOK_ALLOW_PRIVATE: 'false' })
    await expect(strict.create('https://10.0.0.1/')).rejects.toMatchObject({ code: 'webhook_url_private' })
    await expect(strict.create('http://example.com/')).rejects.toMatchObject({
      code: 'webhook_url_not_https',
    })
  })

  it('is one of a hundred at most, also when many are made at once', async () => {
    await database.sql`
      insert into webhook_endpoints (id, name, url, event_types, state, disabled_by, created_by, created_at)
      select gen_random_uuid(), 'n', 'https://example.com/', '{eslip.created}', 'disabled', 'operator', 'x', now()
      from generate_series(1, 98)`
    const made = await Promise.allSettled([1, 2, 3, 4].map(() => room.create('https://example.com/')))
    const refused = made.filter((one) => one.status === 'rejected')
    expect(refused.map(({ reason }) => reason.code)).toEqual(['too_many_webhooks', 'too_many_webhooks'])
  })

  it('is deleted with all that hangs on it', async () => {
    const { id } = await room.create(receiver.url)
    await happenAndDeliver()
    await deleteWebhook(room.admin, { webhookId: id })
    for (const table of ['webhook_secrets', 'webhook_cursors', 'webhook_messages', 'webhook_attempts'])
      expect(await database.sql`select from ${database.sql(table)}`, table).toHaveLength(0)
    await expect(room.view(id)).rejects.toMatchObject({ code: 'webhook_not_found' })
  })
})

describe('limits of the caller', () => {
  const merchantId = newId()
  const limited = () =>
    ({
      ...operator('admin'),
      visibility: { kind: 'limited', groupIds: [], merchantIds: [merchantId] },
    }) as Actor

  it('bound what an endpoint may be told of', async () => {
    const caller = makeCtx(room.admin, limited())
    const { id } = await room.create(receiver.url)
    const own = { kind: 'limited' as const, groupIds: [], merchantIds: [merchantId] }
    const { id: ownId } = await room.create(receiver.url, { visibility: own })
    const update = updateWebhookOf([room.source])
    await expect(update(caller, { webhookId: ownId, visibility: { kind: 'all' } })).rejects.toMatchObject({
      code: 'scope_beyond_own',
    })
    const other = { kind: 'limited' as const, groupIds: [], merchantIds: [newId()] }
    await expect(update(caller, { webhookId: ownId, visibility: other })).rejects.toMatchObject({
      code: 'scope_beyond_own',
    })
    expect((await listWebhooks(caller, {})).items.map((one) => one.id)).toEqual([ownId])
    const enable = enableWebhookOf([room.source])
    const hidden = { code: 'webhook_not_found' }
    const webhookId = id
    const messageId = `msg_${newId()}`
    for (const attempt of [
      () => getWebhook(caller, { webhookId }),
      () => update(caller, { webhookId, name: 'x' }),
      () => deleteWebhook(caller, { webhookId }),
      () => disableWebhook(caller, { webhookId }),
      () => enable(caller, { webhookId }),
      () => rotateWebhookSecret(caller, { webhookId }),
      () => testWebhook(caller, { webhookId }),
      () => getTraffic(caller, { webhookId }),
      () => listMessages(caller, { webhookId }),
      () => getMessage(caller, { webhookId, messageId }),
      () => replayMessage(caller, { webhookId, messageId }),
      () => replayFailed(caller, { webhookId, since: '2026-01-01T00:00:00Z' }),
    ])
      await expect(attempt()).rejects.toMatchObject(hidden)
  })
})

describe('a rotation', () => {
  it('has both secrets sign for 24 hours, then the new one alone', async () => {
    const { id, secret: old } = await room.create(receiver.url)
    const { secret, oldSecretEndsAt } = await rotateWebhookSecret(room.admin, { webhookId: id })
    expect(Date.parse(oldSecretEndsAt) - room.admin.clock.now().getTime()).toBe(24 * HOUR_MS)
    expect(await room.view(id)).toMatchObject({ oldSecretEndsAt })
    await happenAndDeliver()
    room.pass(24 * HOUR_MS)
    expect(await room.view(id)).toMatchObject({ oldSecretEndsAt: null })
    await happenAndDeliver()
    const signed = receiver.received.map((one) => [isSignedBy(secret, one), isSignedBy(old, one)])
    expect(signed).toEqual([
      [true, true],
      [true, false],
    ])
  })

  it('has two sign at most, and of a leaked one only the new one', async () => {
    const { id, secret: first } = await room.create(receiver.url)
    const { secret: second } = await rotateWebhookSecret(room.admin, { webhookId: id })
    const { secret: third } = await rotateWebhookSecret(room.admin, { webhookId: id })
    await happenAndDeliver()
    const { secret: fourth } = await rotateWebhookSecret(room.admin, { webhookId: id, endOldNow: true })
    await happenAndDeliver()
    const [before, after] = receiver.received.map((one) =>
      [first, second, third, fourth].map((secret) => isSignedBy(secret, one)),
    )
    expect(before).toEqual([false, true, true, false])
    expect(after).toEqual([false, false, false, true])
  })
})

describe('a disabled endpoint', () => {
  it('goes on where it stopped when it is enabled again', async () => {
    const { id } = await room.create(receiver.url)
    await disableWebhook(room.admin, { webhookId: id })
    await happenAndDeliver(3)
    expect(receiver.received).toEqual([])
    await enableWebhookOf([room.source])(room.admin, { webhookId: id })
    await happenAndDeliver(2)
    expect(seqsOf()).toEqual([1, 2, 3, 4, 5])
  })

  it('goes on from now where it is told so; what waited is a failure that can be replayed', async () => {
    receiver.answer = (res) => res.writeHead(500).end()
    const { id } = await room.create(receiver.url)
    await happenAndDeliver(1)
    await disableWebhook(room.admin, { webhookId: id })
    await happenAndDeliver(1)
    receiver.answer = (res) => res.writeHead(200).end()
    receiver.received.length = 0
    await enableWebhookOf([room.source])(room.admin, { webhookId: id, skipMissed: true })
    await happenAndDeliver(1)
    expect(seqsOf()).toEqual([3])
    expect(await room.view(id)).toMatchObject({ failed: 1, waiting: 0, state: 'enabled' })
    const since = '2026-01-01T00:00:00Z'
    expect(await replayFailed(room.admin, { webhookId: id, since })).toEqual({ replayed: 1, isMore: false })
    await room.deliver()
    expect(seqsOf()).toEqual([3, 1])
  })
})

describe('a message', () => {
  it('is read by who may read what it tells, and the audit log tells of it', async () => {
    const { id: webhookId } = await room.create(receiver.url)
    await happenAndDeliver()
    const [sent] = receiver.received
    const messageId = sent?.id ?? ''
    const reading = makeCtx(room.admin, integrator('webhooks:read', 'eslips:read'))
    expect(await getMessage(reading, { webhookId, messageId })).toMatchObject({ body: sent?.body })
    expect(await audited('webhook.viewed')).toMatchObject({ messageId: { after: messageId } })
  })

  it('shows a program that may read webhooks alone how it was answered, and none of its content', async () => {
    const { id: webhookId } = await room.create(receiver.url)
    await happenAndDeliver()
    const messageId = receiver.received[0]?.id ?? ''
    const looking = makeCtx(room.admin, integrator('webhooks:read'))
    expect(await getMessage(looking, { webhookId, messageId })).toMatchObject({
      body: null,
      history: [{ isDelivered: true, status: 204 }],
    })
    expect((await audited('webhook.viewed'))?.messageId.after).not.toBe(messageId)
  })
})

describe('a replay', () => {
  it('sends a settled message again after those that wait, under its id', async () => {
    const { id } = await room.create(receiver.url)
    await happenAndDeliver()
    const [first] = receiver.received
    room.happen(1)
    room.pass(1)
    await room.dispatch()
    await replayMessage(room.admin, { webhookId: id, messageId: first?.id ?? '' })
    await room.deliver()
    expect(seqsOf()).toEqual([1, 2, 1])
    expect(receiver.received[2]).toMatchObject({ id: first?.id, body: first?.body })
    expect(await audited('webhook.replayed')).toEqual({ messageId: { before: null, after: first?.id } })
  })

  it('of all failures keeps their order and takes those since a moment', async () => {
    const { id } = await room.create(receiver.url)
    for (const at of [1, 2, 3]) {
      await happenAndDeliver()
      await database.sql`update webhook_messages set created_at = ${new Date(Date.UTC(2026, 0, at))}
        where body like ${`%"seq":${at}}%`}`
    }
    await database.sql`update webhook_messages set state = 'failed'`
    receiver.received.length = 0
    await replayFailed(room.admin, { webhookId: id, since: '2026-01-02T00:00:00+00:00' })
    await room.deliver()
    expect(seqsOf()).toEqual([2, 3])
  })

  it('of one that waits changes nothing; of a disabled endpoint, or of none such, it is refused', async () => {
    receiver.answer = (res) => res.writeHead(500).end()
    const { id } = await room.create(receiver.url)
    await happenAndDeliver()
    const messageId = receiver.received[0]?.id ?? ''
    expect(await replayMessage(room.admin, { webhookId: id, messageId })).toMatchObject({
      state: 'pending',
      attempts: 1,
    })
    await expect(
      replayMessage(room.admin, { webhookId: id, messageId: `msg_${newId()}` }),
    ).rejects.toMatchObject({ code: 'webhook_message_not_found' })
    await disableWebhook(room.admin, { webhookId: id })
    for (const refused of [
      () => replayMessage(room.admin, { webhookId: id, messageId }),
      () => replayFailed(room.admin, { webhookId: id, since: '2026-01-01T00:00:00Z' }),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'webhook_disabled' })
    await expect(replayMessage(room.admin, { webhookId: id, messageId: 'other' })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })
})

describe('a test', () => {
  it('is sent at once, signed, and tells what was answered', async () => {
    receiver.answer = (res) => res.writeHead(418).end('a teapot')
    const { id, secret } = await room.create(receiver.url)
    await disableWebhook(room.admin, { webhookId: id })
    const answer = await testWebhook(room.admin, { webhookId: id })
    expect(answer).toMatchObject({ isDelivered: false, status: 418, error: null, answer: 'a teapot' })
    const [got] = receiver.received
    if (got === undefined) throw new Error('Nothing came.')
    expect(isSignedBy(secret, got)).toBe(true)
    expect(JSON.parse(got.body)).toMatchObject({ type: 'webhook.test', data: { webhook: 'Books' } })
    expect(await audited('webhook.tested')).toMatchObject({ status: { after: 418 } })
    expect((await listMessages(room.admin, { webhookId: id })).items).toEqual([])
  })
})

describe('what is shown of the past', () => {
  it('is the list of messages by state, page by page', async () => {
    const { id: webhookId } = await room.create(receiver.url)
    for (let made = 0; made < 3; made++) await happenAndDeliver()
    const first = await listMessages(room.admin, { webhookId, limit: 2, state: 'delivered' })
    const second = await listMessages(room.admin, {
      webhookId,
      limit: 2,
      state: 'delivered',
      cursor: first.nextCursor ?? '',
    })
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null])
    expect((await listMessages(room.admin, { webhookId, state: 'failed' })).items).toEqual([])
    await expect(listMessages(room.admin, { webhookId, cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    })
  })

  it('is a picture of 24 hours, and totals over everything', async () => {
    const { id: webhookId } = await room.create(receiver.url)
    await happenAndDeliver()
    room.pass(2 * HOUR_MS)
    receiver.answer = (res) => res.writeHead(500).end()
    await happenAndDeliver()
    const { hours } = await getTraffic(room.admin, { webhookId })
    expect(hours).toHaveLength(24)
    expect(hours.at(-1)).toEqual({ from: '2026-11-26T12:00:00.000Z', delivered: 0, failed: 1 })
    expect(hours.at(-3)).toMatchObject({ delivered: 1, failed: 0 })
    expect(await webhookTotals(database.sql)).toEqual({ delivered: 1, failed: 0, waiting: 1 })
  })

  it('is gone after 30 days, but for what still waits', async () => {
    const { id: webhookId } = await room.create(receiver.url)
    await happenAndDeliver()
    receiver.answer = (res) => res.writeHead(500).end()
    await happenAndDeliver()
    room.pass(30 * 24 * HOUR_MS + 10)
    const never = new AbortController().signal
    expect(await trimMessages(room.server, never)).toEqual({ attemptsRemoved: 2, messagesRemoved: 1 })
    expect((await listMessages(room.admin, { webhookId })).items).toMatchObject([{ state: 'pending' }])
  })
})

describe('who makes or changes an endpoint', () => {
  const scopesBeyond = async (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      (error) => [error.code, error.details?.values?.scopes?.toSorted()],
    )
  const asKey = (...scopes: Scope[]) => makeCtx(room.admin, integrator('webhooks:write', ...scopes))
  const slips = { name: 'Books', url: 'https://example.com/', eventTypes: ['eslip.created' as const] }
  const create = createWebhookOf([])
  const update = updateWebhookOf([])

  it('has to have proved who they are of late, as for API keys', async () => {
    const { id: webhookId } = await room.create(receiver.url)
    const [{ id: recipientId = '' } = {}] = await database.sql<{ id: string }[]>`
      insert into alert_recipients (id, address, language, next_mail_at, created_by, created_at)
      values (${newId()}, 'a@bank.example', 'en', now(), 'test', now()) returning id`
    const stale = makeCtx(room.admin, { ...operator('admin'), provedAt: new Date(0) } as Actor)
    for (const [, call] of [
      ['create', create(stale, slips)],
      ['update', update(stale, { webhookId, url: 'https://evil.example/' })],
      ['event types', update(stale, { webhookId, eventTypes: ['alert.raised'] })],
      ['secret', rotateWebhookSecret(stale, { webhookId })],
      ['recipient', createAlertRecipient(stale, { address: 'b@evil.example', language: 'en' })],
      ['other recipient', updateAlertRecipient(stale, { recipientId, address: 'b@evil.example' })],
    ] as const)
      await expect(call).rejects.toMatchObject({ code: 'reauthentication_needed' })
    // What takes away never waits.
    await disableWebhook(stale, { webhookId })
    await deleteWebhook(stale, { webhookId })
    await deleteAlertRecipient(stale, { recipientId })
  })

  it('may read all that it tells', async () => {
    expect(await scopesBeyond(create(asKey(), slips))).toEqual(['scope_beyond_own', ['eslips:read']])
    expect(await scopesBeyond(create(asKey('eslips:read'), slips))).toBe('done')
    const alerts = { ...slips, eventTypes: ['alert.raised' as const, 'alert.cleared' as const] }
    const [code, missing] = await scopesBeyond(
      create(asKey('eslips:read', 'alerts:read', 'status:read'), alerts),
    )
    expect(code).toBe('scope_beyond_own')
    expect(missing).toEqual([
      'api-keys:read',
      'jobs:read',
      'keys:read',
      'licenses:read',
      'system:read',
      'updates:read',
      'webhooks:read',
    ])
    expect(await scopesBeyond(create(room.admin, alerts))).toBe('done')
  })

  it('hears of no alerts of the server with limits, and needs no right to read those', async () => {
    const groupId = newId()
    const visibility = { kind: 'limited' as const, groupIds: [groupId], merchantIds: [] }
    const alerts = { ...slips, eventTypes: ['alert.raised' as const], visibility }
    const read: Scope[] = ['alerts:read', 'status:read', 'updates:read', 'licenses:read', 'keys:read']
    expect(await scopesBeyond(create(asKey(...read), alerts))).toBe('done')
    expect(await scopesBeyond(create(asKey(...read.slice(0, -1)), alerts))).toEqual([
      'scope_beyond_own',
      ['keys:read'],
    ])
    const limited = makeCtx(room.admin, {
      ...limitedOperator({ groupIds: [groupId] }),
      role: 'admin',
    } as Actor)
    expect(await scopesBeyond(create(limited, alerts))).toBe('done')
    const { visibility: _none, ...everywhere } = alerts
    expect(await scopesBeyond(create(limited, everywhere))).toEqual(['scope_beyond_own', []])
  })

  it('sends nowhere else what they may not read, whatever they change of it', async () => {
    const { id: webhookId } = await room.create(receiver.url)
    const refused = ['scope_beyond_own', ['eslips:read']]
    expect(await scopesBeyond(update(asKey(), { webhookId, url: 'https://evil.example/' }))).toEqual(refused)
    expect(await scopesBeyond(update(asKey(), { webhookId, name: 'x' }))).toEqual(refused)
    const [, missing] = await scopesBeyond(
      update(asKey('eslips:read'), { webhookId, eventTypes: ['eslip.created', 'alert.raised'] }),
    )
    expect(missing).toContain('alerts:read')
    expect(await scopesBeyond(update(asKey('eslips:read'), { webhookId, name: 'x' }))).toBe('done')
    expect(await getWebhook(room.admin, { webhookId })).toMatchObject({
      name: 'x',
      eventTypes: ['eslip.created'],
    })
  })
})
