import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { parquetMetadata } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeApk } from '../../src/tools/apk-maker/apk'
import { newSigner } from '../../src/tools/apk-maker/signing'
import { TerminalClient } from '../../src/tools/simulator/client'
import { FakeTerminal, type OfferedLicence } from '../../src/tools/simulator/terminal'
import { sale } from '../features/eslips/slips'
import {
  type BuiltServer,
  denoFlagsOf,
  runRefusedServer,
  setUpFirst,
  startBuiltServer,
} from '../support/built-server'
import { freePort } from '../support/free-port'
import { makeOta } from '../support/ota-files'
import { emptyBucket, missingForS3, s3Env } from '../support/s3'
import { watchStatus } from '../support/status-stream'
import { startTcpPostgres, type TcpPostgres } from '../support/tcp-postgres'

/**
 * The built server on a PostgreSQL that somebody else operates: everything that Deno has permissions for. Under Deno
 * (PSM_TEST_DENO) it has those alone that its settings call for.
 */
const room = mkdtempSync(path.join(os.tmpdir(), 'psm own database '))
const SCOPES = [
  ...['terminals:read', 'terminals:write', 'licenses:read', 'licenses:write', 'status:read', 'eslips:read'],
  ...['jobs:read', 'jobs:run', 'uploads:write', 'apps:read', 'apps:write'],
  ...['packages:read', 'packages:write', 'updates:read', 'updates:write'],
].join()
const PLATFORM = 'wiseasy-wpos3'

let database: TcpPostgres
let env: Record<string, string>
let server: BuiltServer
let client: TerminalClient
let key: string

/** A bucket of a Ceph gateway where there is one to be had, else a folder. */
async function storeSettings(): Promise<Record<string, string>> {
  if (missingForS3() !== undefined) return {}
  return s3Env(await emptyBucket())
}

async function psm<Result>(...args: string[]): Promise<Result> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.resolve('.output/tools/psm.mjs'), ...args, '--json'],
    { env: { ...process.env, ...env }, cwd: room },
  )
  return JSON.parse(stdout) as Result
}

beforeAll(async () => {
  database = await startTcpPostgres(undefined, { settings: { max_locks_per_transaction: '2048' } })
  await database.createDatabase('own')
  env = {
    DATABASE_URL: database.urlOf('psm_app', 'own'),
    DATABASE_OWNER_URL: database.urlOf('psm_owner', 'own'),
    STORAGE_DIR: path.join(room, 'storage'),
    PORT: String(await freePort()),
    ESLIP_ARCHIVE_DAYS: '1',
    ...(await storeSettings()),
  }
  server = await startBuiltServer(env)
  client = new TerminalClient(server.url)
  key = (await psm<{ key: string }>('api-keys', 'create', '--name', 'test', '--scopes', SCOPES)).key
}, 180_000)
afterAll(async () => {
  client?.close()
  await server?.stop()
  await database?.stop()
  rmSync(room, { recursive: true, force: true })
})

const rest = (method: string, at: string, json?: unknown) =>
  client.send({ method, path: `/api/v1${at}`, token: key, ...(json === undefined ? {} : { json }) })

async function made<Body>(method: string, at: string, json: unknown): Promise<Body> {
  const answer = await rest(method, at, json)
  if (answer.status >= 300) throw new Error(`${method} ${at}: ${answer.status} ${answer.body}`)
  return answer.json<Body>()
}

async function enrolled(serial: string) {
  const { terminalId, enrollmentCode } = await psm<{ terminalId: string; enrollmentCode: string }>(
    ...['terminals', 'register', '--serial', serial, '--platform', PLATFORM],
  )
  const terminal = new FakeTerminal(client, { serial, platform: PLATFORM, token: undefined })
  expect((await terminal.enroll(enrollmentCode)).status).toBe(201)
  expect((await terminal.checkIn()).status).toBe(204)
  return { terminal, terminalId }
}

describe('permissions under Deno', () => {
  it('name ports, folders and facts, start no program, load no library', async () => {
    const flags = await denoFlagsOf(env, room)
    const port = new URL(env.DATABASE_URL ?? '').port
    const net = flags.find((flag) => flag.startsWith('--allow-net='))
    expect(net).toMatch(new RegExp(`^--allow-net=127.0.0.1:${env.PORT},127.0.0.1:${port}(,127.0.0.1:\\d+)?$`))
    expect(flags).toContain(`--allow-write=${env.STORAGE_DIR}`)
    expect(flags.join(' ')).not.toMatch(/--allow-(all|run|ffi)|-A\b|--allow-(net|read|write|sys)( |$)/)
  })

  it('are those that npm run start:deno prints, of settings in .env too', async () => {
    const { DATABASE_URL = '', ...others } = env
    const cwd = path.join(room, 'start here')
    mkdirSync(cwd)
    writeFileSync(path.join(cwd, '.env'), `DATABASE_URL=${DATABASE_URL}\n`)
    const print = (...more: string[]) =>
      promisify(execFile)(process.execPath, [path.resolve('scripts/start-deno.mjs'), '--print', ...more], {
        env: { PATH: process.env.PATH, HOME: process.env.HOME, DENO: '/opt/deno', ...others },
        cwd,
      })
    const { stdout } = await print('--hosts', '203.0.113.7:443')
    const flags = await denoFlagsOf(env, cwd, ['203.0.113.7:443'])
    // Names with blanks are quoted.
    expect(stdout.replaceAll("'", '').trim()).toBe(
      `/opt/deno run ${flags.join(' ')} ${path.resolve('.output/server/index.mjs')}`,
    )
    await expect(print('--hosts', 'https://hooks.example')).rejects.toThrow(/--hosts takes HOST/)
  })

  it('follow the settings: second port, store, mail server, receivers of webhooks', async () => {
    const flags = await denoFlagsOf(
      {
        ...env,
        ...{ TERMINAL_PORT: '3001', S3_ENDPOINT: 'https://s3.example', S3_BUCKET: 'b' },
        SMTP_URL: 'smtps://mail.example',
      },
      room,
      ['hooks.example:443'],
    )
    expect(flags.find((flag) => flag.startsWith('--allow-net='))).toMatch(
      /127\.0\.0\.1:3001,.*,s3\.example:443,mail\.example,mail\.example:465,hooks\.example:443$/,
    )
    expect(await denoFlagsOf(env, room, ['any'])).toContain('--allow-net')
  })

  it('are not to be had for folders with a comma, by which Deno parts them', async () => {
    const STORAGE_DIR = path.join(room, 'this, that')
    await expect(denoFlagsOf({ ...env, STORAGE_DIR }, room)).rejects.toThrow(/comma/)
  })

  it('are all of them with the embedded database', async () => {
    expect(await denoFlagsOf({ STORAGE_DIR: path.join(room, 'storage') }, room)).toContain('--allow-all')
  })
})

describe('the built server on a PostgreSQL of its operator', () => {
  it('signs the first administrator in, out and in again, and serves pages', async () => {
    const cookie = await setUpFirst(server)
    const post = (at: string, json: unknown, headers = {}) =>
      fetch(`${server.url}/api/auth/${at}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(json),
      })
    expect((await post('sign-out', {}, { cookie })).status).toBe(204)
    expect((await post('sign-in', { login: 'first', password: 'a wrong password' })).status).toBe(401)
    const answer = await post('sign-in', { login: 'first', password: 'twelve characters' })
    expect(answer.status).toBe(200)
    const [again = ''] = answer.headers.getSetCookie()
    const page = await fetch(`${server.url}/monitoring/status`, {
      headers: { cookie: again.split(';', 1)[0] ?? '' },
    })
    expect([page.status, (await page.text()).includes('<html')]).toEqual([200, true])
    const health = await fetch(`${server.url}/api/trpc/system.health?input=%7B%7D`, {
      headers: { cookie: again.split(';', 1)[0] ?? '' },
    })
    expect(health.status).toBe(200)
  })

  it('hands a licence to its terminal, and not again where it has it', async () => {
    const { terminal } = await enrolled('OWN-1')
    const file = path.join(room, 'licence.bin')
    writeFileSync(file, randomBytes(300_000))
    await psm('licenses', 'import', file, '--serial', 'OWN-1', '--platform', PLATFORM, '--lic-id', 'LIC-1')
    await expect.poll(async () => (await terminal.checkIn()).actions.length, { timeout: 5_000 }).toBe(1)
    const { url, sha256 } = (await terminal.checkIn()).actions[0] as OfferedLicence
    const get = (headers: Record<string, string> = {}) =>
      client.send({ method: 'GET', path: url, token: terminal.token, headers })
    const whole = await get()
    expect(createHash('sha256').update(whole.body).digest('hex')).toBe(sha256)
    expect((await get({ 'If-None-Match': String(whole.headers.etag) })).status).toBe(304)
    expect(whole.body).toEqual(readFileSync(file))
  })

  it('takes an APK in parts and has a thread look into it', async () => {
    const bytes = makeApk(
      { packageName: 'com.example.own', versionCode: 1, versionName: '1.0' },
      newSigner('maker'),
    )
    const announced = await rest('POST', '/uploads', {
      ...{ fileName: 'own.apk', sizeBytes: bytes.length, purpose: 'apps' },
    })
    const { uploadId } = announced.json<{ uploadId: string }>()
    const part = await client.send({
      ...{ method: 'PUT', path: `/api/v1/uploads/${uploadId}/parts/0`, token: key, body: bytes },
      headers: { 'Content-Type': 'application/octet-stream' },
    })
    expect(part.json<{ sha256: string }>().sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect((await rest('POST', '/app-versions', { uploadId })).status).toBe(201)
  })

  it('goes on with a system update where a terminal was cut off', async () => {
    const { terminal } = await enrolled('OWN-4')
    const file = makeOta({ version: '2.8.0', payload: randomBytes(1_000_000) })
    const { uploadId } = await made<{ uploadId: string }>('POST', '/uploads', {
      ...{ fileName: 'update.zip', sizeBytes: file.length, purpose: 'packages' },
    })
    const sent = await client.send({
      ...{ method: 'PUT', path: `/api/v1/uploads/${uploadId}/parts/0`, token: key, body: file },
      headers: { 'Content-Type': 'application/octet-stream' },
    })
    expect(sent.status).toBe(200)
    const packageOf = { platform: PLATFORM, component: 'system', version: '2.8.0', files: [{ uploadId }] }
    const { id: packageId } = await made<{ id: string }>('POST', '/packages', packageOf)
    const rule = { name: '2.8.0', platform: PLATFORM, steps: [{ packageId }], isEnabled: true }
    const { id: ruleId } = await made<{ id: string }>('POST', '/update-rules', rule)
    const assign = { ruleId, what: 'assign', choice: { by: 'filter', filter: { search: 'OWN-4' } } }
    const preview = await made<{ fingerprint: string }>('POST', '/profile/assignments/preview', assign)
    await made('POST', '/profile/assignments', { ...assign, fingerprint: preview.fingerprint })
    const offered = async () => JSON.stringify((await terminal.checkIn()).actions)
    await expect.poll(offered, { timeout: 10_000 }).toMatch(/"url":"/)
    const [, url = ''] = /"url":"([^"]+)"/.exec(await offered()) ?? []
    const get = (headers = {}) => client.send({ method: 'GET', path: url, token: terminal.token, headers })
    const rest = await get({ Range: 'bytes=600000-' })
    expect([rest.status, rest.body.equals(file.subarray(600_000))]).toEqual([206, true])
    expect((await get({ Range: `bytes=${file.length}-` })).status).toBe(416)
  })

  it('streams what changes to who watches', async () => {
    const { terminal, terminalId } = await enrolled('OWN-2')
    const watched = await watchStatus(server.url, key, [terminalId])
    await watched.until('OWN-2')
    await terminal.send('POST', '/check-in', { json: { status: { os: 'just changed', model: 'WPOS-3' } } })
    await watched.until('just changed')
    watched.leave()
  })

  it('archives old slips on a thread and hands the file out', async () => {
    const { terminal } = await enrolled('OWN-3')
    const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)
    const slips = Array.from({ length: 150 }, (_, at) =>
      sale({ localDateTime: `${day}T10:00:00Z`, amount: at }),
    )
    expect((await terminal.send('POST', '/eslips', { json: { slips } })).status).toBe(200)
    await rest('POST', '/jobs/archive-eslips/runs', {})
    let items: { number: number; day: string; rows: number }[] = []
    while (items.length === 0) {
      await sleep(100)
      items = (await rest('GET', '/eslips/archives')).json<{ items: typeof items }>().items
    }
    expect(items.map(({ number, rows }) => [number, rows])).toEqual([[1, 150]])
    const file = (await rest('GET', '/eslips/archives/1/content')).body
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer
    expect(Number(parquetMetadata(bytes).num_rows)).toBe(150)
  }, 60_000)

  it('is the only one where another on the same database has a store of its own: that one says so and ends', async () => {
    const another = { ...(await storeSettings()), STORAGE_DIR: path.join(room, 'another machine'), PORT: '0' }
    const { code, stderr } = await runRefusedServer({ ...env, ...another })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /goes with the store for binaries whose id is [0-9a-f-]{36}, .* has none: .*blobs adopt/,
    )
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  }, 60_000)

  it.skipIf(process.env.PSM_TEST_DENO === undefined)(
    'is started by npm run start:deno with a clean environment, and ended by its signal',
    async () => {
      const PORT = String(await freePort())
      await database.createDatabase('other')
      const given = {
        ...{ PATH: process.env.PATH, HOME: process.env.HOME, DENO: process.env.PSM_TEST_DENO, PORT },
        DATABASE_URL: database.urlOf('psm_app', 'other'),
        DATABASE_OWNER_URL: database.urlOf('psm_owner', 'other'),
        STORAGE_DIR: path.join(room, 'a folder'),
      }
      const starter = spawn(process.execPath, [path.resolve('scripts/start-deno.mjs')], {
        env: given,
        cwd: room,
        stdio: 'ignore',
      })
      const ended = new Promise((resolve) => starter.once('exit', resolve))
      const isReady = () =>
        fetch(`http://127.0.0.1:${PORT}/readyz`).then(
          ({ status }) => status,
          () => 0,
        )
      await expect.poll(isReady, { timeout: 30_000 }).toBe(200)
      starter.kill('SIGTERM')
      expect(await ended).toBe(0)
    },
    60_000,
  )

  it('was refused nothing by its runtime, and stops in order', async () => {
    expect(server.stdout() + server.stderr()).not.toMatch(/NotCapable|PermissionDenied/)
    expect((await server.stop()).code).toBe(0)
  })
})
