import { once } from 'node:events'
import http from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cutWhenStalled } from '../../../src/features/updates/delivery/stalled'

const LOOK_MS = 500
/** More than the system keeps for both ends of a connection. */
const SIZE = 64 * 1024 * 1024

describe('a download', () => {
  let server: http.Server
  const answers: http.ServerResponse[] = []
  beforeAll(async () => {
    server = http.createServer((_req, res) => {
      answers.push(res)
      cutWhenStalled(res, LOOK_MS)
      res.writeHead(200, { 'Content-Length': SIZE })
      res.end(Buffer.alloc(SIZE))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  afterAll(() => server.close())

  async function ask() {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    socket.pause()
    const asked = once(server, 'request')
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await asked
    return { socket, answer: answers.at(-1) as http.ServerResponse }
  }

  it('is cut off where nothing is taken, though the connection seems to be there', async () => {
    const { socket, answer } = await ask()
    await once(answer, 'close')
    expect(socket.destroyed, 'nobody has said goodbye').toBe(false)
    socket.destroy()
  })

  it('is served for as long as it takes, where a little is taken all the time', async () => {
    const { socket, answer } = await ask()
    const startedAt = Date.now()
    let taken = 0
    while (Date.now() - startedAt < 4 * LOOK_MS) {
      taken += socket.read()?.length ?? 0
      await pause(5)
    }
    expect(answer.destroyed).toBe(false)
    expect(taken).toBeGreaterThan(0)
    expect(taken, 'a slow one').toBeLessThan(SIZE)
    socket.destroy()
  })
})
