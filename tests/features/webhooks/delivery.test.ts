import { beforeEach, describe, expect, it } from 'vitest'
import { createCourier } from '../../../src/features/webhooks/service/deliver'
import { deleteWebhook } from '../../../src/features/webhooks/service/endpoints'
import { getMessage, listMessages } from '../../../src/features/webhooks/service/messages'
import { rotateWebhookSecret } from '../../../src/features/webhooks/service/secrets'
import { enableWebhookOf } from '../../../src/features/webhooks/service/states'
import { useTestDatabase } from '../../support/postgres'
import { isSignedBy, openReceiver } from './receiver'
import { openRoom } from './room'

const database = useTestDatabase()
const DAY_MS = 24 * 3_600_000

let room: Awaited<ReturnType<typeof openRoom>>
let receiver: Awaited<ReturnType<typeof openReceiver>>
let webhookId: string
let secret: string

beforeEach(async () => {
  await database.sql`delete from webhook_endpoints`
  room = await openRoom(database)
  receiver = await openReceiver()
  const made = await room.create(`${receiver.url}/hook`)
  webhookId = made.id
  secret = made.secret
})

/** One message that waits, written later than those before it. */
async function haveMessage() {
  room.pass(1)
  room.happen(1)
  await room.dispatch()
}
const messages = async () => (await listMessages(room.admin, { webhookId })).items
async function newest() {
  const [first] = await messages()
  return getMessage(room.admin, { webhookId, messageId: first?.id ?? '' })
}

describe('a message', () => {
  it('is sent signed, with the headers of the specification, and counted', async () => {
    await haveMessage()
    await room.deliver()
    const [got] = receiver.received
    if (got === undefined) throw new Error('Nothing came.')
    expect(got.path).toBe('/hook')
    expect(got.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-timestamp': '1795687200',
    })
    expect(got.id).toMatch(/^msg_[0-9a-f-]{36}$/)
    expect(isSignedBy(secret, got)).toBe(true)
    expect(JSON.parse(got.body)).toMatchObject({ data: { eslips: [{ id: 'e1', slipUid: 'u1', seq: 1 }] } })
    expect(await messages()).toMatchObject([
      { id: got.id, state: 'delivered', attempts: 1, lastStatus: 204, nextAttemptAt: null },
    ])
    expect(await room.view(webhookId)).toMatchObject({ delivered: 1, failed: 0, waiting: 0 })
  })

  it('that is refused is sent again under the same id when its time comes, not before', async () => {
    receiver.answer = (res) => res.writeHead(500).end('out of order')
    await haveMessage()
    expect(await room.deliver()).toMatchObject({ again: 1 })
    expect(await room.deliver()).toMatchObject({ again: 0 })
    room.pass(4_999)
    await room.deliver()
    expect(receiver.received).toHaveLength(1)
    receiver.answer = (res) => res.writeHead(200).end()
    room.pass(1_000)
    expect(await room.deliver()).toMatchObject({ delivered: 1 })
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1)
    expect((await newest()).history).toMatchObject([
      { isDelivered: true, status: 200 },
      { isDelivered: false, status: 500, answer: 'out of order' },
    ])
    expect(await room.view(webhookId)).toMatchObject({ failingSince: null, delivered: 1 })
  })

  it('that is redirected goes nowhere else', async () => {
    const elsewhere = await openReceiver()
    receiver.answer = (res) => res.writeHead(307, { Location: elsewhere.url }).end()
    await haveMessage()
    expect(await room.deliver()).toMatchObject({ again: 1 })
    expect(elsewhere.received).toEqual([])
    expect(await newest()).toMatchObject({ state: 'pending', lastStatus: 307 })
  })

  it('that gets no answer is given back after the time-out', async () => {
    receiver.answer = () => {}
    await haveMessage()
    expect(await room.deliver({ timeoutMs: 100 })).toMatchObject({ again: 1 })
    expect(await newest()).toMatchObject({ lastStatus: null, lastError: 'timeout' })
  })

  it('is delivered by its status, though the body after it never ends', async () => {
    receiver.answer = (res) => {
      res.writeHead(200).write('so far')
    }
    await haveMessage()
    expect(await room.deliver({ timeoutMs: 300 })).toMatchObject({ delivered: 1 })
    expect((await newest()).history).toMatchObject([{ status: 200, answer: 'so far' }])
  })

  it('keeps 500 characters of the answer, storable and without card numbers, and reads 64 KiB of it', async () => {
    let sentBytes = 0
    receiver.answer = (res) => {
      res.writeHead(400)
      res.write(`pan 4111111111111111 \0 ${'x'.repeat(470)}5500000000000004`)
      const chunk = Buffer.alloc(64 * 1024, 'y')
      const go = () => {
        while (!res.destroyed) {
          sentBytes += chunk.length
          if (!res.write(chunk)) return
        }
      }
      res.on('drain', go).on('error', () => {})
      go()
    }
    await haveMessage()
    expect(await room.deliver()).toMatchObject({ again: 1 })
    const [attempt] = (await newest()).history
    expect(attempt?.answer).toHaveLength(500)
    expect(attempt?.answer).not.toMatch(/4111111111111111|550000000/)
    expect(attempt?.answer).toContain('\ufffd')
    // What the sockets hold; without a limit it would never have ended.
    expect(sentBytes).toBeGreaterThan(0)
  })

  it('waits as long as a throttling receiver asks for', async () => {
    receiver.answer = (res) => res.writeHead(429, { 'Retry-After': '600' }).end()
    await haveMessage()
    await room.deliver()
    const asked = new Date(room.admin.clock.now().getTime() + 600_000).toISOString()
    expect(await newest()).toMatchObject({ state: 'pending', nextAttemptAt: asked })
  })

  it('says why nothing answered', async () => {
    await room.create('http://127.0.0.1:1/', { name: 'nobody listens' })
    await haveMessage()
    await room.deliver()
    const rows = await database.sql`select error from webhook_attempts where status is null`
    expect(rows).toMatchObject([{ error: 'connection_refused' }])
  })
})

describe('an endpoint', () => {
  it('gets its messages in order: a later one waits until an earlier one is settled', async () => {
    receiver.answer = (res) => res.writeHead(503).end()
    await haveMessage()
    await room.deliver()
    await haveMessage()
    await haveMessage()
    await room.deliver()
    expect(receiver.received).toHaveLength(1)
    receiver.answer = (res) => res.writeHead(200).end()
    room.pass(6_000)
    await room.deliver()
    const seqs = receiver.received.map(({ body }) => JSON.parse(body).data.eslips[0].seq)
    expect(seqs).toEqual([1, 1, 2, 3])
  })

  it('that hangs holds up no other', async () => {
    receiver.answer = () => {}
    const other = await openReceiver()
    await room.create(other.url, { name: 'quick' })
    const stopping = new AbortController()
    await haveMessage()
    const courier = createCourier(room.server, [room.source], stopping.signal)
    await courier.begin()
    await expect.poll(() => other.received.length).toBe(1)
    stopping.abort()
    await courier.idle()
    expect(courier.counts).toMatchObject({ delivered: 1, again: 0 })
  })

  it('that is slow and has much waiting does not keep a run from its end', async () => {
    const open: (() => void)[] = []
    receiver.answer = (res) => open.push(() => res.writeHead(200).end())
    await haveMessage()
    await haveMessage()
    const courier = createCourier(room.server, [room.source], new AbortController().signal)
    await courier.begin()
    await expect.poll(() => open.length).toBe(1)
    const ended = courier.end()
    open[0]?.()
    await ended
    expect(receiver.received).toHaveLength(1)
    expect(await room.view(webhookId)).toMatchObject({ delivered: 1, waiting: 1 })
  })

  it('that answers 410 is disabled, audited, and keeps what waits', async () => {
    receiver.answer = (res) => res.writeHead(410).end()
    await haveMessage()
    await haveMessage()
    expect(await room.deliver()).toMatchObject({ disabled: 1 })
    expect(await room.view(webhookId)).toMatchObject({ state: 'disabled', disabledBy: 'gone', waiting: 2 })
    room.pass(DAY_MS)
    await haveMessage()
    await room.deliver()
    expect(receiver.received).toHaveLength(1)
    const [audited] = await database.sql`
      select actor_kind, changes from audit_entries where action = 'webhook.disabled' and subject_id = ${webhookId}`
    expect(audited).toMatchObject({ actor_kind: 'job', changes: { disabledBy: { after: 'gone' } } })
    receiver.answer = (res) => res.writeHead(200).end()
    await enableWebhookOf([room.source])(room.admin, { webhookId })
    await room.dispatch()
    await room.deliver()
    const seqs = receiver.received.flatMap(({ body }) =>
      JSON.parse(body).data.eslips.map((one: { seq: number }) => one.seq),
    )
    expect(seqs).toEqual([1, 1, 2, 3])
  })

  it('that fails for three days loses its message to the list of failures, then is disabled', async () => {
    receiver.answer = (res) => res.writeHead(500).end()
    await haveMessage()
    await haveMessage()
    await room.deliver()
    for (let day = 0; day < 6; day++) {
      room.pass(DAY_MS / 2)
      await room.deliver()
    }
    expect(await messages()).toMatchObject([{ state: 'pending', attempts: 1 }, { state: 'failed' }])
    expect(await room.view(webhookId)).toMatchObject({
      state: 'disabled',
      disabledBy: 'failing',
      failed: 1,
      waiting: 1,
    })
  })

  it('whose secret cannot be opened any more says so instead of sending unsigned', async () => {
    await database.sql`update webhook_secrets set sealed = '\\x00' where endpoint_id = ${webhookId}`
    await haveMessage()
    expect(await room.deliver()).toMatchObject({ again: 1 })
    expect(receiver.received).toEqual([])
    expect(await newest()).toMatchObject({ lastError: 'secret_unreadable' })
    await rotateWebhookSecret(room.admin, { webhookId, endOldNow: true })
    room.pass(10_000)
    expect(await room.deliver()).toMatchObject({ delivered: 1 })
  })
})

describe('many servers', () => {
  it('send nothing twice', async () => {
    const others = await Promise.all(
      Array.from({ length: 5 }, async (_none, index) => {
        const one = await openReceiver()
        await room.create(one.url, { name: `of ${index}` })
        return one
      }),
    )
    const rooms = Array.from({ length: 4 }, () => room)
    for (let round = 0; round < 5; round++) {
      room.happen(130)
      await Promise.all(rooms.map((one) => one.dispatch()))
      await Promise.all(rooms.map((one) => one.deliver()))
    }
    await room.deliver()
    for (const { received } of [receiver, ...others]) {
      const seqs = received.flatMap(({ body }) =>
        JSON.parse(body).data.eslips.map((one: { seq: number }) => one.seq),
      )
      expect(seqs).toEqual(Array.from({ length: 650 }, (_none, index) => index + 1))
      expect(new Set(received.map(({ id }) => id)).size).toBe(received.length)
    }
  })

  it('take over from one that died once its claim has ended, under the same id', async () => {
    let answers = 0
    receiver.answer = (res) => {
      if (++answers > 1) res.writeHead(200).end()
    }
    await haveMessage()
    const dying = new AbortController()
    const courier = createCourier(room.server, [room.source], dying.signal)
    await courier.begin()
    await expect.poll(() => receiver.received.length).toBe(1)
    // While it lives nobody else sends.
    expect(await room.deliver()).toMatchObject({ delivered: 0 })
    const [claimed] = await database.sql`
      update webhook_endpoints set claimed_until = now() - interval '1 s' where id = ${webhookId}
      returning claim_id`
    expect(claimed?.claim_id).not.toBeNull()
    expect(await room.deliver()).toMatchObject({ delivered: 1 })
    dying.abort()
    await courier.idle()
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1)
    expect(await messages()).toMatchObject([{ state: 'delivered', attempts: 1 }])
  })

  it('write nothing down under a claim that is another’s by now', async () => {
    receiver.answer = (res) => {
      void database.sql`update webhook_endpoints set claim_id = gen_random_uuid() where id = ${webhookId}`.then(
        () => res.writeHead(200).end(),
      )
    }
    await haveMessage()
    expect(await room.deliver()).toMatchObject({ delivered: 0 })
    expect(await newest()).toMatchObject({ state: 'pending', attempts: 0, history: [] })
  })

  it('that stop break off what is under way; it counts for nothing and can be sent at once', async () => {
    receiver.answer = () => {}
    await haveMessage()
    const stopping = new AbortController()
    const courier = createCourier(room.server, [room.source], stopping.signal)
    await courier.begin()
    await expect.poll(() => receiver.received.length).toBe(1)
    stopping.abort()
    await courier.idle()
    expect(await newest()).toMatchObject({ state: 'pending', attempts: 0, history: [] })
    receiver.answer = (res) => res.writeHead(200).end()
    expect(await room.deliver()).toMatchObject({ delivered: 1 })
  })

  it('outlive an endpoint that is deleted while it is sent to', async () => {
    receiver.answer = (res) => {
      void deleteWebhook(room.admin, { webhookId }).then(() => res.writeHead(200).end())
    }
    await haveMessage()
    expect(await room.deliver()).toMatchObject({ delivered: 0 })
    expect(await database.sql`select from webhook_messages`).toHaveLength(0)
  })
})
