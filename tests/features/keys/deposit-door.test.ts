import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../../src/core/context'
import { depositKeys } from '../../../src/features/keys/deposits/deposit'
import { MOST_KEY_BYTES } from '../../../src/features/keys/lists'
import { createApiKey } from '../../../src/features/operators'
import { revokeApiKey } from '../../../src/features/operators/service/api-keys'
import { registerTerminal } from '../../../src/features/terminals'
import type { TerminalClient } from '../../../src/tools/simulator/client'
import { openFaces } from '../../support/faces'
import { bundleOf } from '../../support/key-bundles'
import { useTestDatabase } from '../../support/postgres'
import { integrator, job, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let services: Services
let client: TerminalClient
let token: string
let url: string

beforeAll(async () => {
  services = await makeServices(database)
  const faces = await openFaces(services)
  client = faces.client
  url = faces.url
  // By an administrator, who has no such right.
  const made = await createApiKey(makeCtx(services, operator('admin')), {
    name: 'key system',
    scopes: ['keys:deposit'],
  })
  token = made.key
})

const registered = (serial: string) =>
  registerTerminal(makeCtx(services, job()), { serial, platform: 'other' })

const put = (serial: string, sequence: number | string, body: Buffer, headers: Record<string, string> = {}) =>
  client.send({
    method: 'PUT',
    path: `/api/v1/keys/${encodeURIComponent(serial)}/${sequence}`,
    token,
    headers,
    body,
  })

const get = (address: string) => client.send({ method: 'GET', path: `/api/v1${address}`, token })

const digest = (bytes: Buffer) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`

describe('the door of key systems', () => {
  it('takes a file, answers the same again, and refuses what contradicts it', async () => {
    await registered('DOOR-1')
    const bytes = randomBytes(300)
    const first = await put('DOOR-1', 7, bytes)
    expect([first.status, first.json<{ state: string }>().state]).toEqual([201, 'available'])
    expect((await put('DOOR-1', 7, bytes, { 'Content-Type': 'text/plain' })).status).toBe(200)
    const other = await put('DOOR-1', 7, randomBytes(300))
    expect([other.status, other.json<{ code: string }>().code]).toEqual([409, 'key_sequence_conflict'])
    expect((await put('DOOR-1', 6, bytes)).json<{ code: string }>().code).toBe('key_sequence_old')
    expect((await put('DOOR-NOBODY', 1, bytes)).status).toBe(404)
    const wrong = await put('DOOR-1', 8, Buffer.from('{"format": "psm-keybundle/1"}'))
    expect(wrong.status).toBe(422)
    expect(wrong.json<{ rules: number[] }>().rules).toContain(303)
  })

  it('takes a serial number with any sign in it, and nothing else for a number', async () => {
    await registered('A/B%1')
    expect((await put('A/B%1', 1, Buffer.from('x'))).status).toBe(201)
    const found = await get(`/keys/${encodeURIComponent('A/B%1')}`)
    expect(found.json<{ serial: string; items: unknown[] }>()).toMatchObject({ serial: 'A/B%1', items: [{}] })
    for (const sequence of ['0', '-1', '01', '1e3', '1.5', '99999999999999999', 'x'])
      expect((await put('A/B%1', sequence, Buffer.from('x'))).status).toBe(400)
    expect(
      (await client.send({ method: 'PUT', path: '/api/v1/keys/%E0%A4%A/1', token, body: Buffer.from('x') }))
        .status,
    ).toBe(404)
  })

  it('holds a file to the digest that came with it, and to its length', async () => {
    await registered('DOOR-2')
    const bytes = randomBytes(100)
    const broken = await put('DOOR-2', 1, bytes, { 'Content-Digest': digest(randomBytes(1)) })
    expect([broken.status, broken.json<{ code: string }>().code]).toEqual([422, 'blob_hash_mismatch'])
    expect((await put('DOOR-2', 1, bytes, { 'Content-Digest': 'md5=:x:' })).status).toBe(400)
    expect((await put('DOOR-2', 1, bytes, { 'Content-Digest': digest(bytes) })).status).toBe(201)
    expect((await put('DOOR-2', 2, randomBytes(MOST_KEY_BYTES))).status).toBe(201)
    expect((await put('DOOR-2', 3, randomBytes(MOST_KEY_BYTES + 1))).status).toBe(413)
  })

  it('takes check values in headers, and says them back where the terminal has said them', async () => {
    await registered('DOOR-3')
    const headers = {
      'Psm-Kcvs': 'acq1/tmk=08d7b4, acq1/pin=08793E25;cmac',
      'Psm-Transport-Key-Kcv': 'D1D812',
    }
    expect((await put('DOOR-3', 1, Buffer.from('x'), headers)).status).toBe(201)
    const [row] = await database.sql`select slots, transport_kcv from key_files f
      join terminals t on t.id = f.terminal_id where serial = 'DOOR-3'`
    expect(row?.transport_kcv).toBe('D1D812')
    expect(row?.slots).toMatchObject([
      { slot: 'acq1/tmk', kcv: '08D7B4', kcvAlgorithm: 'legacy' },
      { slot: 'acq1/pin', kcv: '08793E25', kcvAlgorithm: 'cmac' },
    ])
    for (const wrong of [
      'a',
      'a=',
      'a=XYZ',
      '=D1D812',
      'a=D1D812,a=D1D812',
      'a=D1D812;md5',
      'a=08793E25AB;legacy',
    ])
      expect((await put('DOOR-3', 2, Buffer.from('x'), { 'Psm-Kcvs': wrong })).status).toBe(400)
  })

  it('takes an end of validity beyond the calendar, in the address or in the file, and no misspelt one', async () => {
    await registered('DOOR-5')
    const end = '9999-12-31T23:59:59-23:59'
    const query = (sequence: number, text: string, body = Buffer.from('x')) =>
      client.send({ method: 'PUT', path: `/api/v1/keys/DOOR-5/${sequence}?${text}`, token, body })
    const bundle = { ...bundleOf({ sequence: 2, notAfter: end }), terminal: { serial: 'DOOR-5' } }
    const answers = [
      await query(1, `notAfter=${end}`),
      await query(2, '', Buffer.from(JSON.stringify(bundle))),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(201)
      expect(answer.json()).toMatchObject({ notAfter: '9999-12-31T23:59:59.999Z' })
    }
    const misspelt = await query(3, 'notafter=2030-01-01T00:00:00Z')
    expect(misspelt.status).toBe(400)
    expect(JSON.stringify(misspelt.json())).toContain('notafter')
  })

  it('shuts while a file comes in, where the key ends meanwhile', async () => {
    await registered('DOOR-6')
    const me = makeCtx(services, operator('admin'))
    const { id, key } = await createApiKey(me, { name: 'leaving', scopes: ['keys:deposit'] })
    const { hostname, port } = new URL(url)
    const socket = net.connect(Number(port), hostname)
    socket.write(`PUT /api/v1/keys/DOOR-6/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n`)
    socket.write('Content-Length: 10\r\n\r\nfirst')
    // Until it has been let in.
    await pause(500)
    await revokeApiKey(me, { apiKeyId: id })
    socket.write('after')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /)
    expect(
      await database.sql`select from key_files f join terminals t on t.id = f.terminal_id
      where serial = 'DOOR-6'`,
    ).toEqual([])
  })

  it('lists what became of the own files, and gives no bytes back', async () => {
    await registered('DOOR-4')
    const bytes = randomBytes(64)
    await client.send({ method: 'PUT', path: '/api/v1/keys/DOOR-4/1?batch=DB', token, body: bytes })
    const page = await get('/keys?batch=DB&limit=1')
    expect(page.json<{ items: unknown[] }>().items).toMatchObject([{ serial: 'DOOR-4', requested: false }])
    expect(page.body.includes(bytes.toString('base64').slice(0, 20))).toBe(false)
    expect((await get('/keys/DOOR-NOBODY')).status).toBe(404)
    expect((await get('/terminals')).status).toBe(403)
    expect((await get('/keys/DOOR-4/1')).status).toBe(405)
  })
})

describe('deposited bytes', () => {
  const MARK = 'MARK-OF-A-SECRET-FILE-THAT-NOBODY-MAY-FIND'

  it('are found nowhere: in no table, no file of the store, no answer and no line of the log', async () => {
    const { serial } = await registered('DUMP-1')
    const said: string[] = []
    const note = (event: string, more?: unknown) => said.push(`${event} ${JSON.stringify(more ?? {})}`)
    const log = { ...services.log, debug: note, info: note, warn: note, error: note }
    const system = makeCtx({ ...services, log }, integrator('keys:deposit'))
    const bytes = Buffer.from(`${MARK} ${randomBytes(40).toString('hex')}`)
    await depositKeys(system, { serial, sequence: 2, bytes })
    const refused = [
      { serial, sequence: 1, bytes },
      { serial: 'DUMP-NOBODY', sequence: 1, bytes },
      { serial, sequence: 3, bytes: Buffer.from(`{"format": "psm-keybundle/1", "x": "${MARK}"`) },
    ]
    for (const one of refused) await expect(depositKeys(system, one)).rejects.not.toThrow(MARK)
    expect(await tablesWith(MARK)).toEqual([])
    expect(filesWith(services.settings.storage.directory, MARK)).toEqual([])
    expect(said.length).toBeGreaterThan(0)
    expect(said.join('\n')).not.toContain(MARK)
  })

  it('that were stored and whose row was never written can be opened by nobody', async () => {
    const { id, serial } = await registered('CRASH-1')
    const dead = new Error('killed')
    const dying = { ...services.keyEncryption, wrap: () => Promise.reject(dead) }
    const system = makeCtx({ ...services, keyEncryption: dying }, integrator('keys:deposit'))
    const bytes = Buffer.from(`${MARK} crash`)
    const before = await database.sql`select count(*)::int from key_objects where ended_at is null`
    await expect(depositKeys(system, { serial, sequence: 1, bytes })).rejects.toThrow('killed')
    const after = await database.sql`select count(*)::int from key_objects where ended_at is null`
    expect(after[0]?.count).toBe((before[0]?.count ?? 0) + 1)
    expect(await database.sql`select from key_files where terminal_id = ${id}`).toEqual([])
    expect(await database.sql`select from key_loads where terminal_id = ${id}`).toEqual([])
    expect(filesWith(services.settings.storage.directory, MARK)).toEqual([])
    const again = makeCtx(services, integrator('keys:deposit'))
    expect((await depositKeys(again, { serial, sequence: 1, bytes })).outcome).toBe('created')
  })
})

/** Tables of which a row has the text, or its bytes in whatever spelling a dump has. */
async function tablesWith(mark: string): Promise<string[]> {
  const spellings = [
    mark,
    Buffer.from(mark).toString('hex'),
    Buffer.from(mark).toString('base64').slice(0, 40),
  ]
  const tables = await database.sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname = 'public' and has_table_privilege(c.oid, 'select')`
  const found: string[] = []
  for (const { name } of tables)
    for (const spelling of spellings) {
      const rows = await database.sql`
        select from ${database.sql(name)} t where t::text like ${`%${spelling}%`} limit 1`
      if (rows.length > 0) found.push(name)
    }
  expect(tables.length).toBeGreaterThan(30)
  return found
}

function filesWith(folder: string, mark: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile() && readFileSync(file).includes(mark))
}
