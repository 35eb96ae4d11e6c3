import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../../src/core/context'
import { getSlip } from '../../../src/features/eslips/export/details'
import { pullSlips } from '../../../src/features/eslips/export/pull'
import { createMerchant } from '../../../src/features/terminals/service/places'
import { createCourier } from '../../../src/features/webhooks/service/deliver'
import { dispatchEvents } from '../../../src/features/webhooks/service/dispatch'
import { createWebhookOf } from '../../../src/features/webhooks/service/endpoints'
import { replayMessage } from '../../../src/features/webhooks/service/messages'
import { disableWebhook, enableWebhookOf } from '../../../src/features/webhooks/service/states'
import { eventSources } from '../../../src/features/webhooks/sources'
import { useTestDatabase } from '../../support/postgres'
import { job, makeCtx, makeServices, operator } from '../../support/services'
import { openTerminalDoor } from '../../support/terminal-door'
import { archive, dayAgo, fillDay } from '../eslips/archived'
import { enrolledTerminal, sale } from '../eslips/slips'
import { openReceiver, type Received } from './receiver'

const database = useTestDatabase()
const never = new AbortController().signal
let services: Services
beforeAll(async () => {
  services = await makeServices(database, { env: { WEBHOOK_ALLOW_PRIVATE: 'true' } })
})

describe('new slips', () => {
  it('are told of by their names, within limits, with the place to read on from', async () => {
    const admin = makeCtx(services, operator('admin'))
    const open = await openTerminalDoor(database, services)
    const { id: merchantId } = await createMerchant(admin, { name: 'Чайная лавка' })
    const tea = await enrolledTerminal(admin, open, 'TEA-1', { merchantId })
    const other = await enrolledTerminal(admin, open, 'OTHER-1')
    await tea.handOver(sale())
    const all = await openReceiver()
    const limited = await openReceiver()
    const create = createWebhookOf(eventSources)
    const eventTypes = ['eslip.created' as const]
    await create(admin, { name: 'all', url: all.url, eventTypes })
    await create(admin, {
      name: 'tea',
      url: limited.url,
      eventTypes,
      visibility: { kind: 'limited', groupIds: [], merchantIds: [merchantId] },
    })
    const [first, second, third] = [sale(), sale(), sale()]
    await tea.handOver(first)
    await other.handOver(second, third)
    await dispatchEvents(makeCtx(services, job()), eventSources, never)
    const courier = createCourier(makeCtx(services, job()), eventSources, never)
    await courier.begin()
    await courier.idle()
    const dataOf = ({ body }: { body: string }) => JSON.parse(body).data
    const uidsOf = (one: { body: string }) =>
      dataOf(one).eslips.map((slip: { slipUid: string }) => slip.slipUid)
    // Slips of one request have no order among themselves.
    expect(all.received.flatMap(uidsOf).sort()).toEqual(
      [first, second, third].map((one) => one.slipUid).sort(),
    )
    expect(limited.received.flatMap(uidsOf)).toEqual([first.slipUid])
    const { nextCursor, eslips } = dataOf(all.received[0] ?? { body: '{}' })
    expect(Object.keys(eslips[0]).sort()).toEqual(['id', 'seq', 'slipUid'])
    const later = sale()
    await other.handOver(later)
    const page = await pullSlips(admin, { after: nextCursor })
    expect(page.items.map(({ slipUid }) => slipUid)).toEqual([later.slipUid])
    await open.close()
  })
})

describe('slips whose day leaves for the archive', () => {
  const eventTypes = ['eslip.created' as const]
  const uidsOf = (one: Received): string[] =>
    JSON.parse(one.body).data.eslips.map((slip: { slipUid: string }) => slip.slipUid)

  async function deliverAll() {
    const server = makeCtx(services, job())
    await dispatchEvents(server, eventSources, never)
    const courier = createCourier(server, eventSources, never)
    await courier.begin()
    await courier.idle()
  }

  it('before a webhook has read on to them are told of all the same, once, within limits', async () => {
    const admin = makeCtx(services, operator('admin'))
    const { id: merchantId } = await createMerchant(admin, { name: 'Кофе' })
    const [ofShop, ofOther] = [randomUUID(), randomUUID()]
    for (const [id, merchant] of [
      [ofShop, merchantId],
      [ofOther, null],
    ] as const)
      await database.sql`
        insert into terminals (id, serial, platform, state, merchant_id)
        values (${id}, ${id}, 'wiseasy-wpos3', 'active', ${merchant})`
    const all = await openReceiver()
    const limited = await openReceiver()
    const create = createWebhookOf(eventSources)
    const { id } = await create(admin, { name: 'all days', url: all.url, eventTypes })
    const { id: limitedId } = await create(admin, {
      name: 'coffee days',
      url: limited.url,
      eventTypes,
      visibility: { kind: 'limited', groupIds: [], merchantIds: [merchantId] },
    })
    for (const webhookId of [id, limitedId]) await disableWebhook(admin, { webhookId })
    const day = dayAgo(50)
    const old = await fillDay(
      database,
      day,
      250,
      () => ({}),
      (at) => (at % 2 ? ofShop : ofOther),
    )
    const left = await fillDay(
      database,
      dayAgo(40),
      3,
      () => ({}),
      () => ofShop,
    )
    const server = makeCtx(services, job())
    for (const one of [day, dayAgo(40)]) await archive(database, server, one)
    const live = await fillDay(
      database,
      dayAgo(1),
      2,
      () => ({}),
      () => ofShop,
    )
    for (const webhookId of [id, limitedId]) await enableWebhookOf(eventSources)(admin, { webhookId })
    await deliverAll()
    await deliverAll()
    const told = all.received.flatMap(uidsOf)
    expect(told.slice().sort()).toEqual([...old, ...left, ...live].sort())
    expect(limited.received.flatMap(uidsOf).sort()).toEqual(
      [...old.filter((_uid, at) => at % 2 === 1), ...left, ...live].sort(),
    )
    // Who reads on from any message gets the rest, and nothing twice.
    const [first] = all.received
    const { nextCursor } = JSON.parse(first?.body ?? '').data
    const page = await pullSlips(admin, { after: nextCursor, limit: 1_000 })
    const rest = [page.items.map(({ slipUid }) => slipUid)]
    for (let after = page; after.hasMore; ) {
      after = await pullSlips(admin, { after: after.nextCursor, limit: 1_000 })
      rest.push(after.items.map(({ slipUid }) => slipUid))
    }
    expect([...uidsOf(first as Received), ...rest.flat()].sort()).toEqual(told.slice().sort())
  })

  it('are not told to a webhook made afterwards, though none in the database has a higher number', async () => {
    const admin = makeCtx(services, operator('admin'))
    const receiver = await openReceiver()
    const server = makeCtx(services, job())
    await fillDay(database, dayAgo(35), 1)
    await archive(database, server, dayAgo(35))
    await createWebhookOf(eventSources)(admin, { name: 'late', url: receiver.url, eventTypes })
    const [next] = await fillDay(database, dayAgo(1), 1)
    await deliverAll()
    expect(receiver.received.flatMap(uidsOf)).toEqual([next])
  })
})

describe('the history of a slip', () => {
  it('says which webhook was told of it, and when that was answered, and again after a replay', async () => {
    const admin = makeCtx(services, operator('admin'))
    const receiver = await openReceiver()
    const { id } = await createWebhookOf(eventSources)(admin, {
      name: 'Бухгалтерия',
      url: receiver.url,
      eventTypes: ['eslip.created'],
    })
    const [uid] = await fillDay(database, dayAgo(0), 1)
    const server = makeCtx(services, job())
    const [slip] = await database.sql<{ id: string }[]>`select id from eslips where identity = ${uid ?? ''}`
    const toldOf = async () =>
      (await getSlip(admin, { slipId: slip?.id ?? '' })).history.filter(({ by }) => by === 'Бухгалтерия')
    const deliver = async () => {
      await dispatchEvents(server, eventSources, never)
      const courier = createCourier(server, eventSources, never)
      await courier.begin()
      await courier.idle()
    }
    receiver.answer = (res) => res.writeHead(500).end()
    await deliver()
    expect(receiver.received).toHaveLength(1)
    expect(await toldOf()).toEqual([])
    await database.sql`update webhook_messages set next_attempt_at = now() where endpoint_id = ${id}`
    receiver.answer = (res) => res.writeHead(204).end()
    await deliver()
    const [message] = await database.sql<{ id: string; settled: Date }[]>`
      select id, settled_at as settled from webhook_messages where endpoint_id = ${id}`
    const settledAt = message?.settled.toISOString() ?? ''
    const [told, ...more] = await toldOf()
    expect(told).toMatchObject({ kind: 'notified', by: 'Бухгалтерия', format: null })
    expect(more).toEqual([])
    const at = told?.at ?? ''
    expect(at >= settledAt).toBe(true)
    await replayMessage(admin, { webhookId: id, messageId: `msg_${message?.id}` })
    await deliver()
    expect(((await toldOf())[0]?.at ?? '') > at).toBe(true)
  })
})
