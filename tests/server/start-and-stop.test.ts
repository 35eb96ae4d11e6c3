import { createServer } from 'node:net'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltServer, ensureBuilt, runRefusedServer, startBuiltServer } from '../support/built-server'
import { freePort } from '../support/free-port'
import { RawConnection } from '../support/raw-http'

const started: BuiltServer[] = []

async function start(env: Record<string, string> = {}): Promise<BuiltServer> {
  const server = await startBuiltServer(env)
  started.push(server)
  return server
}

beforeAll(ensureBuilt, 180_000)

afterEach(async () => {
  for (const server of started.splice(0)) {
    server.process.kill('SIGKILL')
    await server.exited
  }
})

describe('a server that cannot start', () => {
  it('says in one line that the port is in use', async () => {
    const other = createServer()
    const port = await new Promise<number>((resolve) =>
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)),
    )
    const refused = await runRefusedServer({ PORT: String(port) })
    other.close()
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^psmanager: port \d+ on 127\.0\.0\.1 is in use.*PORT\.\n$/)
  })

  it('says in one line that the terminals’ port is in use', async () => {
    const other = await start()
    const refused = await runRefusedServer({ PORT: '0', TERMINAL_PORT: String(other.port) })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^psmanager: port \d+ on 127\.0\.0\.1 is in use.*TERMINAL_PORT\.\n$/)
  })

  it('says in one line that the machine has no such address', async () => {
    const refused = await runRefusedServer({ PORT: '0', HOST: '203.0.113.7' })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^psmanager: this machine has no address 203\.0\.113\.7.*\n$/)
  })

  it('says in one line everything that is wrong with the settings', async () => {
    const refused = await runRefusedServer({ PORT: 'many', DRAIN_SECONDS: '-1' })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^psmanager: Settings: PORT.*DRAIN_SECONDS.*\n$/)
  })
})

describe('the port for the terminal network', () => {
  it('serves terminals and health, and nothing else', async () => {
    const terminalPort = await freePort()
    await start({ TERMINAL_PORT: String(terminalPort) })
    const ask = (url: string) => fetch(`http://127.0.0.1:${terminalPort}${url}`, { method: 'POST' })
    expect((await ask('/healthz')).status).toBe(200)
    expect((await ask('/terminal/v1/check-in')).status).not.toBe(404)
    for (const url of ['/', '/api/openapi.json', '/api/v1/eslips', '/api/trpc/x', '/metrics', '/_build/x.js'])
      expect((await ask(url)).status).toBe(404)
  })
})

describe('a server told to stop', () => {
  it('lets a request in flight end, tells its caller to hang up, and exits 0', async () => {
    const server = await start()
    const slow = new RawConnection(server.port)
    slow.write(
      'POST /terminal/v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"serial"',
    )
    await takenUp(server)
    server.process.kill('SIGTERM')
    await noLongerAccepts(server.port)
    slow.write(':1}')
    const answer = await slow.answer()
    expect(answer.status).toBeLessThan(500)
    expect(answer.headers.connection).toBe('close')
    expect(await server.exited).toEqual({ code: 0, signal: null })
  })

  it('does not wait for connections that ask nothing', async () => {
    const server = await start()
    const idle = new RawConnection(server.port)
    idle.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    expect((await idle.answer()).headers.connection).not.toBe('close')
    expect(await server.stop()).toEqual({ code: 0, signal: null })
    await idle.closed
  })

  it('cuts what has not ended after the grace period', async () => {
    const server = await start({ DRAIN_SECONDS: '0' })
    const stuck = new RawConnection(server.port)
    stuck.write('POST /terminal/v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n{')
    await takenUp(server)
    expect(await server.stop()).toEqual({ code: 0, signal: null })
    expect(server.stdout()).toContain('requests_cut')
  })
})

/** A later request answered means that the one before has been taken up. */
async function takenUp(server: BuiltServer): Promise<void> {
  expect((await fetch(`${server.url}/healthz`, { headers: { Connection: 'close' } })).status).toBe(200)
}

async function noLongerAccepts(port: number): Promise<void> {
  for (;;) {
    const connection = new RawConnection(port)
    const isOpen = await new Promise<boolean>((resolve) => {
      connection.socket.once('connect', () => resolve(true))
      connection.socket.once('close', () => resolve(false))
    })
    connection.close()
    if (!isOpen) return
  }
}
