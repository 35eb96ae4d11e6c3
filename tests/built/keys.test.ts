import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type RawSql } from '../../src/db/client'
import { findRunning } from '../../src/db/embedded'
import { ConnectionLost, TerminalClient } from '../../src/tools/simulator/client'
import { bundleIn } from '../../src/tools/simulator/keys/bundle'
import { type KeyDeposit, KeySystem } from '../../src/tools/simulator/keys/key-system'
import type { FakeTerminal } from '../../src/tools/simulator/terminal'
import { NO_TROUBLES } from '../../src/tools/simulator/troubles'
import { enrolledFleet } from '../../src/tools/torture/fleet'
import { reconcileKeys } from '../../src/tools/torture/reconcile'
import { type BuiltServer, startBuiltServer } from '../support/built-server'

/** Keys that go through the built server, and where they might have stayed. Also under Deno (PSM_TEST_DENO). */
const room = mkdtempSync(path.join(os.tmpdir(), 'psm keys '))
const env = { STORAGE_DIR: path.join(room, 'storage'), LOG_LEVEL: 'debug' }
const SCOPES = 'terminals:read,terminals:write,terminals:enroll,keys:deposit'
let server: BuiltServer
let client: TerminalClient
let apiKey: string
let system: KeySystem
let fleet: FakeTerminal[]
let sql: RawSql
const deposits: KeyDeposit[] = []

beforeAll(async () => {
  server = await startBuiltServer(env)
  client = new TerminalClient(server.url)
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      path.resolve('.output/tools/psm.mjs'),
      ...['api-keys', 'create', '--name', 'keys', '--scopes', SCOPES, '--json'],
    ],
    { env: { ...process.env, ...env }, cwd: room },
  )
  apiKey = (JSON.parse(stdout) as { key: string }).key
  system = new KeySystem(client, apiKey, 'B1')
  fleet = await enrolledFleet(client, apiKey, 8)
  const running = await findRunning(path.join(env.STORAGE_DIR, 'db'))
  if (running === undefined) throw new Error('The database does not run.')
  sql = connect(running.owner, { max: 1, applicationName: 'psm-test-keys' })
}, 240_000)
afterAll(async () => {
  client?.close()
  await sql?.end()
  await server?.stop()
  rmSync(room, { recursive: true, force: true })
})

/** Deposits for a terminal; what it was is searched for later. */
async function deposit({ persona }: FakeTerminal): Promise<KeyDeposit> {
  const made = await system.next(persona)
  expect((await system.deposit(persona)).status).toBe(201)
  deposits.push(made)
  return made
}

async function load(terminal: FakeTerminal, troubles = {}): Promise<void> {
  const { actions } = await terminal.checkIn()
  const offer = actions.find(({ kind }) => kind === 'keys')
  expect(offer).toBeDefined()
  if (offer !== undefined) await terminal.perform(offer, { ...NO_TROUBLES, ...troubles })
}

/** What of deposited keys could be met again: their blocks whole and in part, and the bearers of tokens. */
function* secrets(): Generator<[name: string, text: string]> {
  for (const { serial, bytes } of deposits) {
    for (const { slot, block } of bundleIn(bytes)?.keys ?? []) {
      // Far from either end, where header and check values stand.
      const part = block.slice(-40, -16)
      yield [`${serial} ${slot}`, part]
      yield [`${serial} ${slot} in hex`, Buffer.from(part).toString('hex')]
      yield [`${serial} ${slot} as bytes`, Buffer.from(part, 'hex').toString('latin1')]
    }
    // Of each of the three ways to begin a group of three bytes.
    for (const at of [0, 1, 2])
      yield [`${serial} in Base64`, bytes.subarray(60 + at, 120 + at).toString('base64')]
  }
  for (const { token, persona } of fleet) yield [`token of ${persona.serial}`, String(token)]
  yield ['API key', apiKey]
}
const found = (bytes: Buffer): string[] => {
  const text = bytes.toString('latin1').toLowerCase()
  return [...secrets()].flatMap(([name, secret]) => (text.includes(secret.toLowerCase()) ? [name] : []))
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) yield path.join(entry.parentPath, entry.name)
}

describe('keys that go through the server', () => {
  it('come exactly, are loaded, fail, differ, get lost on the way, and wait', async () => {
    const [loads, fails, differs, loses, asks, waits, ...others] = fleet
    if (!loads || !fails || !differs || !loses || !asks || !waits) throw new Error('The fleet is too small.')
    for (const terminal of [loads, fails, differs, loses, asks, waits]) await deposit(terminal)
    await load(loads)
    await load(fails, { failRate: 1 })
    await load(differs, { kcvMismatchRate: 1 })
    await expect(load(loses, { lostAnswerRate: 1 })).rejects.toThrow(ConnectionLost)
    expect(await asks.keys.ask(NO_TROUBLES, async () => {})).toBe(true)
    const bytes = (await loses.send('GET', '/keys')).body
    expect(deposits.some((one) => one.bytes.equals(bytes))).toBe(true)
    for (const stranger of others) {
      const { fileId } = (await statusesOf(waits)).items[0] ?? {}
      expect((await stranger.send('GET', `/keys/${fileId}`)).status).toBe(404)
      // Bytes where they do not belong.
      for (const json of [JSON.parse(bytes.toString()), { state: 'failed', reason: bytes.toString() }])
        expect((await stranger.send('POST', `/keys/${fileId}/result`, { json })).status).toBeGreaterThan(399)
    }
    const states = await Promise.all(fleet.map(async (one) => (await statusesOf(one)).items[0]?.state))
    expect(states.slice(0, 6)).toEqual([
      ...['installed', 'failed', 'failed', expect.stringMatching(/delivered|installed/), 'installed'],
      'available',
    ])
  }, 60_000)

  it('are refused where they are wrong, and the refusal tells nothing of them', async () => {
    const [terminal] = fleet
    if (terminal === undefined) throw new Error('There is no terminal.')
    const { serial } = terminal.persona
    const [{ bytes }] = deposits as [KeyDeposit]
    const path = `/api/v1/keys/${serial}/${Number.MAX_SAFE_INTEGER}`
    const answer = await client.send({ method: 'PUT', path, token: apiKey, body: bytes })
    expect(answer.status).toBe(422)
    expect(found(answer.body)).toEqual([])
    const strange = await client.send({
      ...{ method: 'PUT', path: '/api/v1/keys/NOBODY/1', token: apiKey },
      body: bytes,
    })
    expect(strange.status).toBe(404)
  })

  it('would be found by what is searched for', () => {
    const [{ bytes, serial }] = deposits as [KeyDeposit]
    expect(found(bytes).filter((name) => name.startsWith(serial))).toHaveLength(4)
    expect(found(Buffer.from(bytes.toString('hex')))).toContain(`${serial} acq1/tmk in hex`)
    for (const before of ['', 'x', 'xx']) {
      const coded = Buffer.from(before + bytes.toString()).toString('base64')
      expect(found(Buffer.from(coded))).toContain(`${serial} in Base64`)
    }
    expect(found(Buffer.from(String(fleet[0]?.token)))).toHaveLength(1)
  })

  it('are in no row of the database, nor are tokens', async () => {
    // The POS log is written a moment later.
    const noted = async () => (await sql`select from pos_log where kind like 'key%'`).length
    await expect.poll(noted, { timeout: 20_000, interval: 100 }).toBeGreaterThan(10)
    const tables = await sql<{ name: string }[]>`
      select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`
    const dump: string[] = []
    for (const { name } of tables)
      for (const { row } of await sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`))
        dump.push(row)
    const whole = dump.join('\n')
    for (const { bytes } of deposits) expect(whole).toContain(hash('sha256', bytes))
    expect(whole).toContain('key.fetched')
    expect(found(Buffer.from(whole))).toEqual([])
  }, 60_000)

  it('are in no file of the storage: neither sealed files nor the log of the database have them', () => {
    const files = [...filesBelow(env.STORAGE_DIR)]
    expect(files.filter((file) => file.includes(`${path.sep}blobs${path.sep}`)).length).toBeGreaterThan(2)
    expect(files.filter((file) => found(readFileSync(file)).length > 0)).toEqual([])
  }, 60_000)

  it('are neither in the log of the server nor in its metrics', async () => {
    const metrics = await client.send({ method: 'GET', path: '/metrics' })
    expect(metrics.body.toString()).toContain('psm_terminal_answers_total')
    const log = server.stdout() + server.stderr()
    expect(log).toContain('key_deposit_refused')
    expect(found(Buffer.concat([metrics.body, Buffer.from(log)]))).toEqual([])
  })
})

describe('a batch of keys for sixty terminals, some of which fail', () => {
  it('adds up in its report, column by column, to what the terminals went through', async () => {
    const lines: string[] = []
    const storage = path.join(room, 'fleet')
    const isWell = await reconcileKeys({ storage, terminals: 60, say: (line) => void lines.push(line) })
    expect(isWell, lines.join('\n')).toBe(true)
    expect(lines.join('\n')).toMatch(/^failed +[1-9]/m)
  }, 180_000)
})

async function statusesOf({ persona }: FakeTerminal) {
  const answer = await client.send({
    ...{ method: 'GET', path: `/api/v1/keys/${persona.serial}`, token: apiKey },
  })
  return answer.json<{ items: { fileId: string; state: string }[] }>()
}
