import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../src/db/client'
import { findRunning } from '../../src/db/embedded'
import { ConnectionLost, TerminalClient } from '../../src/tools/simulator/client'
import { hiddenIn, TEST_CARDS } from '../../src/tools/simulator/ecr/hidden'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { sale } from '../features/eslips/slips'
import { type BuiltServer, startBuiltServer } from '../support/built-server'
import { readableParts } from '../support/card-numbers'

/** Terminals that send whole card numbers in every manner, and where these might have got to. Also under Deno (PSM_TEST_DENO). */
const room = mkdtempSync(path.join(os.tmpdir(), 'psm cards '))
const env = { STORAGE_DIR: path.join(room, 'storage'), LOG_LEVEL: 'debug' }
let server: BuiltServer
let client: TerminalClient
let terminal: FakeTerminal

const psm = async <Result>(...args: string[]): Promise<Result> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.resolve('.output/tools/psm.mjs'), ...args, '--json'],
    { env: { ...process.env, ...env }, cwd: room },
  )
  return JSON.parse(stdout) as Result
}

beforeAll(async () => {
  server = await startBuiltServer(env)
  client = new TerminalClient(server.url)
  const { enrollmentCode } = await psm<{ enrollmentCode: string }>(
    ...['terminals', 'register', '--serial', 'LEAKING', '--platform', 'other'],
  )
  terminal = new FakeTerminal(client, { serial: 'LEAKING', platform: 'other', token: undefined })
  await terminal.enroll(enrollmentCode)
}, 240_000)
afterAll(async () => {
  client?.close()
  await server?.stop()
  rmSync(room, { recursive: true, force: true })
})

/** All manners of all numbers, each with what it is beside it. */
const LEAKS = TEST_CARDS.flatMap((pan) =>
  hiddenIn(pan).map(
    ([manner, text], at) => `2026-11-27 10:00:${String(at % 60).padStart(2, '0')} --- ${manner}:\n${text}\n`,
  ),
)
const LOG = Buffer.from(LEAKS.join(''))

async function put(name: string, body: Buffer, headers: Record<string, string> = {}, cut?: 'while-sending') {
  return terminal.send('PUT', `/ecr-logs/${name}`, {
    body,
    headers: { 'Content-Type': 'text/plain', ...headers },
    ...(cut === undefined ? {} : { cut }),
  })
}

/** What shows of any number in a text, whatever stands between its digits. */
const found = (text: string) => readableParts(text, ...TEST_CARDS)

/** As bytes lie on a disk: no more is taken away than is there. */
function foundInBytes(bytes: Buffer): string[] {
  const text = bytes.toString('latin1')
  const hex = (pan: string) => Buffer.from(pan).toString('hex')
  return TEST_CARDS.filter((pan) => text.includes(pan) || text.toLowerCase().includes(hex(pan)))
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) yield path.join(entry.parentPath, entry.name)
}

describe('card numbers that a terminal sends', () => {
  it('are in what is sent, so that they could be found', () => {
    expect(foundInBytes(LOG)).toEqual([...TEST_CARDS])
    expect(found(LOG.toString()).length).toBeGreaterThan(TEST_CARDS.length)
  })

  it('come in logs, packed and not, broken off and gone on with, in names, slips, statuses and results', async () => {
    expect((await put('plain.log', LOG)).status).toBe(201)
    const packed = gzipSync(LOG)
    expect((await put('packed.log', packed, { 'Content-Encoding': 'gzip' })).status).toBe(201)
    await expect(put('broken.log', LOG, {}, 'while-sending')).rejects.toThrow(ConnectionLost)
    const told = await terminal.send('HEAD', '/ecr-logs/broken.log')
    const offset = Number(told.headers['upload-offset'])
    const rest = await put('broken.log', LOG.subarray(offset), { 'Upload-Offset': String(offset) })
    expect(rest.status).toBe(201)
    // Left where it broke: what came of it waits in memory and nowhere else.
    await expect(put('left.log', LOG, {}, 'while-sending')).rejects.toThrow(ConnectionLost)
    for (const pan of TEST_CARDS) {
      expect((await put(`card-${pan}.log`, Buffer.from('x'))).status).toBe(422)
      const slips = [
        sale({
          text: {
            merchant: hiddenIn(pan)
              .slice(0, 9)
              .map(([, text]) => text),
            customer: [],
          },
        }),
      ]
      expect((await terminal.send('POST', '/eslips', { json: { slips } })).status).toBe(200)
      const status = { serial: 'LEAKING', printer: `card ${pan}` }
      expect(
        (await terminal.send('POST', '/check-in', { json: { status, statusHash: pan } })).status,
      ).toBeLessThan(300)
      await terminal.send('POST', `/actions/${pan}/result`, {
        json: { state: 'failed', message: `card ${pan}` },
      })
      await terminal.send('POST', '/check-in', { json: { status: { printer: [pan] } } })
    }
  }, 60_000)

  it('are in no row of the database', async () => {
    const running = await findRunning(path.join(env.STORAGE_DIR, 'db'))
    if (running === undefined) throw new Error('The database does not run.')
    const sql = connect(running.owner, { max: 1, applicationName: 'psm-test-cards' })
    try {
      const tables = await sql<{ name: string }[]>`
        select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`
      expect(tables.map((one) => one.name)).toContain('public.ecr_logs')
      const leaking: string[] = []
      for (const { name } of tables) {
        const rows = await sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`)
        for (const { row } of rows)
          if (foundInBytes(Buffer.from(row)).length > 0) leaking.push(`${name}: ${row}`)
      }
      expect(leaking).toEqual([])
      const [finding] = await sql`select count from card_findings where source = 'ecr-log'`
      expect(Number(finding?.count)).toBeGreaterThan(1_000)
    } finally {
      await sql.end()
    }
  }, 60_000)

  it('are in no blob, packed or unpacked', () => {
    const blobs = [...filesBelow(path.join(env.STORAGE_DIR, 'blobs'))]
    expect(blobs.length).toBeGreaterThan(2)
    for (const file of blobs) {
      const bytes = readFileSync(file)
      const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes).toString() : bytes.toString()
      expect([file, found(text)]).toEqual([file, []])
    }
  })

  it('are in no file of the storage, the log of the database among them', () => {
    const leaking = [...filesBelow(env.STORAGE_DIR)].filter(
      (file) => foundInBytes(readFileSync(file)).length > 0,
    )
    expect(leaking).toEqual([])
  }, 60_000)

  it('are neither in the log of the server nor in its metrics', async () => {
    const metrics = (await client.send({ method: 'GET', path: '/metrics' })).body.toString()
    expect(metrics).toContain('psm_terminal_answers_total')
    expect(foundInBytes(Buffer.from(metrics))).toEqual([])
    expect(foundInBytes(Buffer.from(server.stdout() + server.stderr()))).toEqual([])
  })
})
