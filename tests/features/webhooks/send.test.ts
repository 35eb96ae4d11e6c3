import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../../../src/features/webhooks/send'
import { openReceiver } from './receiver'

const never = new AbortController().signal
let connections = 0
const listener = createServer((socket) => {
  connections++
  socket.destroy()
})
let port: number
beforeAll(async () => {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  port = (listener.address() as AddressInfo).port
})
afterAll(() => new Promise((resolve) => listener.close(resolve)))

const post = (url: string, allowPrivate: boolean) =>
  send({ url, headers: {}, body: '{}' }, { allowPrivate, timeoutMs: 5_000, signal: never, now: new Date() })

describe('what is sent', () => {
  it.each([
    'https://127.0.0.1:PORT/',
    'https://2130706433:PORT/',
    'https://[::ffff:127.0.0.1]:PORT/',
    // A name that resolves to this machine: told where the connection would be made.
    'https://localhost:PORT/',
    'http://localhost:PORT/',
  ])('never reaches a private address: %s', async (url) => {
    expect(await post(url.replace('PORT', String(port)), false)).toMatchObject({
      error: 'private_address',
      status: undefined,
    })
    expect(connections).toBe(0)
  })

  it('reaches it where the setting allows that', async () => {
    const receiver = await openReceiver()
    receiver.answer = (res) => res.writeHead(200).end('fine')
    expect(await post(receiver.url, true)).toMatchObject({ status: 200, error: undefined, answer: 'fine' })
    expect(receiver.received).toHaveLength(1)
  })

  it('says when the line breaks, TLS fails, no name is found, or what answers is no HTTP', async () => {
    expect(await post(`http://127.0.0.1:${port}/`, true)).toMatchObject({ error: 'connection_lost' })
    const receiver = await openReceiver()
    expect(await post(receiver.url.replace('http:', 'https:'), true)).toMatchObject({ error: 'tls_failed' })
    expect(await post('https://nothing.invalid/', true)).toMatchObject({ error: 'unresolved' })
    const babbler = createServer((socket) => void socket.resume().end('hello\r\n\r\n'))
    await new Promise<void>((resolve) => babbler.listen(0, '127.0.0.1', resolve))
    const answer = await post(`http://127.0.0.1:${(babbler.address() as AddressInfo).port}/`, true)
    expect(answer).toMatchObject({ error: 'bad_answer' })
    await new Promise((resolve) => babbler.close(resolve))
  })

  it('comes to an end where the receiver wants to change protocols', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    const changer = createServer((socket) => void socket.resume().write(upgrade))
    await new Promise<void>((resolve) => changer.listen(0, '127.0.0.1', resolve))
    const answer = await post(`http://127.0.0.1:${(changer.address() as AddressInfo).port}/`, true)
    expect(answer).toMatchObject({ status: undefined, error: 'bad_answer' })
    await new Promise((resolve) => changer.close(resolve))
  })

  it('is not known to have come or not where the sender was told to stop', async () => {
    const stopped = AbortSignal.abort()
    const more = { allowPrivate: true, timeoutMs: 5_000, now: new Date() }
    const nowhere = { url: 'http://127.0.0.1:1/', headers: {}, body: '' }
    expect(await send(nowhere, { ...more, signal: stopped })).toBeUndefined()
  })
})
