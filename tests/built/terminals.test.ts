import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TerminalClient } from '../../src/tools/simulator/client'
import { FakeTerminal, type OfferedLicence } from '../../src/tools/simulator/terminal'
import { type BuiltServer, startBuiltServer } from '../support/built-server'
import { watchStatus } from '../support/status-stream'

/** The built server as its users have it: HTTP and the command line, nothing else. Also under Deno (PSM_TEST_DENO). */
const room = mkdtempSync(path.join(os.tmpdir(), 'psm terminals '))
const env = { STORAGE_DIR: path.join(room, 'storage'), LOG_LEVEL: 'debug', CHECK_IN_SECONDS: '60' }
let server: BuiltServer
let client: TerminalClient
let key: string

async function psm<Result>(...args: string[]): Promise<Result> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.resolve('.output/tools/psm.mjs'), ...args, '--json'],
    { env: { ...process.env, ...env }, cwd: room },
  ).catch((error: { code: number; stdout: string }) => {
    if (error.stdout === '') throw error
    return error
  })
  return JSON.parse(stdout) as Result
}

async function start(): Promise<void> {
  server = await startBuiltServer(env)
  client = new TerminalClient(server.url)
}

beforeAll(async () => {
  await start()
  key = (
    await psm<{ key: string }>(
      'api-keys',
      'create',
      '--name',
      'test',
      '--scopes',
      'terminals:read,terminals:write,licenses:read,licenses:write,status:read',
    )
  ).key
}, 120_000)
afterAll(async () => {
  client.close()
  await server.stop()
  rmSync(room, { recursive: true, force: true })
})

const register = (serial: string) =>
  psm<{ terminalId: string; enrollmentCode: string }>(
    'terminals',
    'register',
    '--serial',
    serial,
    '--platform',
    'wiseasy-wpos3',
  )

async function enrolled(serial: string) {
  const { terminalId, enrollmentCode } = await register(serial)
  const terminal = new FakeTerminal(client, { serial, platform: 'wiseasy-wpos3', token: undefined })
  expect((await terminal.enroll(enrollmentCode)).status).toBe(201)
  expect((await terminal.checkIn()).status).toBe(204)
  return { terminal, terminalId }
}

const rest = (method: string, at: string, json?: unknown) =>
  client.send({ method, path: `/api/v1${at}`, token: key, ...(json === undefined ? {} : { json }) })

describe('the built server, its command line and a terminal', () => {
  it('enrols twice where the first answer was lost', async () => {
    const { enrollmentCode } = await register('BUILT-1')
    const terminal = new FakeTerminal(client, {
      serial: 'BUILT-1',
      platform: 'wiseasy-wpos3',
      token: undefined,
    })
    await terminal.enroll(enrollmentCode, { cut: 'before-answer' }).catch(() => {})
    expect((await terminal.enroll(enrollmentCode)).status).toBe(201)
    expect((await terminal.checkIn()).status).toBe(204)
  })

  it('hands the licence over, byte for byte, within a second of its import beside the server', async () => {
    const { terminal } = await enrolled('BUILT-2')
    const file = path.join(room, 'licence.bin')
    writeFileSync(file, randomBytes(100_000))
    const report = await psm<{ counts: unknown }>(
      'licenses',
      'import',
      file,
      '--serial',
      'BUILT-2',
      '--platform',
      'wiseasy-wpos3',
      '--lic-id',
      'LIC-B2',
    )
    expect(report.counts).toEqual({ imported: 1 })
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const [action] = (await terminal.checkIn()).actions
    const { url, sha256 } = action as OfferedLicence
    const fetched = await client.send({ method: 'GET', path: url, token: terminal.token })
    expect(createHash('sha256').update(fetched.body).digest('hex')).toBe(sha256)
    expect(fetched.body).toEqual(readFileSync(file))
    await terminal.perform(action as OfferedLicence)
    expect((await terminal.checkIn()).status).toBe(204)
  })

  it('shuts the door to a revoked terminal within a second', async () => {
    const { terminal } = await enrolled('BUILT-3')
    await psm('terminals', 'revoke', '--serial', 'BUILT-3')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect((await terminal.checkIn()).status).toBe(401)
  })

  it('is the same by REST', async () => {
    expect((await rest('POST', '/terminals', { serial: 'BUILT-4', platform: 'other' })).status).toBe(201)
    expect(
      (await rest('GET', '/terminals?search=BUILT-&limit=2')).json<{ items: unknown[] }>().items,
    ).toHaveLength(2)
    expect((await client.send({ method: 'GET', path: '/api/openapi.json' })).json()).toMatchObject({
      openapi: '3.1.1',
    })
    expect((await client.send({ method: 'GET', path: '/api/terminal.openapi.json' })).status).toBe(200)
  })

  it('tells what it counts to this machine', async () => {
    const text = (await client.send({ method: 'GET', path: '/metrics' })).body.toString()
    expect(text).toMatch(/psm_terminal_answers_total\{message="check-in",status="204"\} \d+/)
    expect(text).not.toMatch(/BUILT|pst_|psk_/)
  })
})

describe('streams of the built server', () => {
  it('take 40 licences in one form, with the right hashes', async () => {
    const form = new FormData()
    const files = Array.from({ length: 40 }, (_, index) => {
      const padding = randomBytes(150_000).toString('base64')
      return JSON.stringify({ serial: `STREAM-${index}`, platform: 'other', licId: `LIC-S${index}`, padding })
    })
    for (const [index, text] of files.entries()) form.append('file', new Blob([text]), `${index}.json`)
    const answer = await fetch(`${server.url}/api/v1/licenses/import`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}` },
      body: form,
    })
    expect(await answer.json()).toMatchObject({ counts: { imported: 40 } })
    const list = (await rest('GET', '/licenses?search=LIC-S3&limit=100')).json<{
      items: { licId: string; sha256: string }[]
    }>()
    for (const { licId, sha256 } of list.items)
      expect(sha256).toBe(
        createHash('sha256')
          .update(files[Number(licId.slice(5))] ?? '')
          .digest('hex'),
      )
  })

  it('keep no memory for those who read slowly', async () => {
    const { terminal } = await enrolled('SLOW')
    const file = path.join(room, 'slow.bin')
    writeFileSync(file, randomBytes(1_000_000))
    await psm(
      'licenses',
      'import',
      file,
      '--serial',
      'SLOW',
      '--platform',
      'wiseasy-wpos3',
      '--lic-id',
      'LIC-SLOW',
    )
    const before = await residentBytes()
    const sockets = Array.from({ length: 150 }, () => {
      const socket = net.connect(server.port, '127.0.0.1')
      socket.write(
        `GET /terminal/v1/license HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${terminal.token}\r\n\r\n`,
      )
      socket.pause()
      return socket
    })
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    const grown = (await residentBytes()) - before
    for (const socket of sockets) socket.destroy()
    // 150 MB are asked for; sockets' buffers hold some of it, the server's heap must not hold the rest.
    expect(grown).toBeLessThan(100_000_000)
    expect((await terminal.checkIn()).status).toBe(200)
  })

  it('end on the server when the reader of a subscription goes', async () => {
    const { terminalId } = await enrolled('WATCHED')
    const watched = await watchStatus(server.url, key, [terminalId])
    await watched.until('WATCHED')
    watched.leave()
    await expect.poll(() => server.stdout().includes('watch_ended'), { timeout: 10_000 }).toBe(true)
  })

  async function residentBytes(): Promise<number> {
    const text = (await client.send({ method: 'GET', path: '/metrics' })).body.toString()
    return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1])
  }
})

describe('a server that is killed', () => {
  it('has kept everything it acknowledged, and leaves no database behind', async () => {
    const terminals = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => (await enrolled(`KILL-${index}`)).terminal),
    )
    const acknowledged = new Map<string, number>()
    let isKilled = false
    const storm = Promise.all(
      terminals.map(async (terminal) => {
        for (let round = 1; round <= 100 && !isKilled; round++) {
          const answer = await terminal
            .send('POST', '/check-in', { json: { status: { os: `round ${round}`, model: 'WPOS-3' } } })
            .catch(() => undefined)
          if (answer?.status === 204) acknowledged.set(terminal.persona.serial, round)
        }
      }),
    )
    await expect
      .poll(() => [...acknowledged.values()].reduce((sum, one) => sum + one, 0), { timeout: 20_000 })
      .toBeGreaterThan(300)
    const postmaster = Number(
      readFileSync(path.join(env.STORAGE_DIR, 'db/data/postmaster.pid'), 'utf8').split('\n')[0],
    )
    server.process.kill('SIGKILL')
    isKilled = true
    await storm
    await server.exited
    client.close()
    await start()
    expect(existsSync(`/proc/${postmaster}`)).toBe(false)
    for (const [serial, round] of acknowledged) {
      const { items } = (await rest('GET', `/status?search=${serial}&limit=1`)).json<{
        items: { os: string }[]
      }>()
      const kept = Number(items[0]?.os.slice('round '.length))
      // One more may have been kept whose answer never left.
      expect([round, round + 1]).toContain(kept)
    }
    for (const { memory } of terminals)
      expect((await new FakeTerminal(client, memory).checkIn()).status).toBe(204)
  }, 120_000)
})
