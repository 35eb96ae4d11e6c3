import { afterEach, beforeEach, expect, it } from 'vitest'
import { signedHeaders } from '../../src/features/webhooks/signature'
import { openReceiver, type Receiver } from '../../src/tools/showcase/receiver'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const CALM = 'msg_0199f3a2-7c11-7e0a-9d55-1b0c9a4e7d21'
const BUSY = 'msg_0199f3a2-7c11-7e0a-9d55-1b0c9a4e7d00'
const body = '{"type":"eslip.created"}'

let receiver: Receiver
beforeEach(async () => {
  receiver = await openReceiver(0)
  receiver.trust(SECRET)
})
afterEach(() => receiver.close())

const send = (id: string, more: Record<string, string> = {}, text = body) =>
  fetch(receiver.url, {
    method: 'POST',
    headers: { ...signedHeaders({ id, at: new Date(), body }, [SECRET]), ...more },
    body: text,
  })

it("the demonstration's receiver takes what is signed with its secret, as the server signs", async () => {
  expect((await send(CALM)).status).toBe(200)
  const renewing = signedHeaders({ id: CALM, at: new Date(), body }, ['whsec_b3RoZXI=', SECRET])
  expect((await send(CALM, renewing)).status).toBe(200)
})

it('refuses changed bytes, other secrets, old messages and other addresses', async () => {
  expect((await send(CALM, {}, `${body} `)).status).toBe(401)
  const other = signedHeaders({ id: CALM, at: new Date(), body }, ['whsec_b3RoZXI='])
  expect((await send(CALM, other)).status).toBe(401)
  const old = signedHeaders({ id: CALM, at: new Date(Date.now() - 3_600_000), body }, [SECRET])
  expect((await send(CALM, old)).status).toBe(401)
  expect((await fetch(new URL('/else', receiver.url), { method: 'POST', body })).status).toBe(404)
})

it('is busy for some messages when they come first, and takes them when they come again', async () => {
  const first = await send(BUSY)
  expect([first.status, first.headers.get('retry-after')]).toEqual([503, '5'])
  expect((await send(BUSY)).status).toBe(200)
})

it('goes elsewhere where its port is taken', async () => {
  const second = await openReceiver(receiver.port)
  expect(second.port).not.toBe(receiver.port)
  await second.close()
})
