import http from 'node:http'
import net from 'node:net'
import { buffer, json } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { codingOf } from '../../../../src/features/monitoring/ecr-logs/decode'
import { openLogsZip } from '../../../../src/features/monitoring/ecr-logs/downloads'
import { listEcrLogs } from '../../../../src/features/monitoring/ecr-logs/find'
import { LogIntakes } from '../../../../src/features/monitoring/ecr-logs/intake'
import { readEcrLog } from '../../../../src/features/monitoring/ecr-logs/read'
import { revokeTerminal, suspendTerminal } from '../../../../src/features/terminals'
import { TEST_CARDS } from '../../../../src/tools/simulator/ecr/hidden'
import { useTestDatabase } from '../../../support/postgres'
import { makeCtx, makeServices, operator } from '../../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../../support/terminal-door'
import { enrolledTerminal } from '../../eslips/slips'

const database = useTestDatabase()
const SOON = { timeout: 10_000, interval: 20 }
let services: Services
let open: OpenDoor
let me: Ctx
let till: Awaited<ReturnType<typeof enrolledTerminal>>
let count = 0

beforeAll(async () => {
  services = await makeServices(database, { env: { ECR_LOG_MAX_MIB: '1', ECR_LOG_UPLOADS: '4' } })
  slowDown(services)
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
  till = await enrolledTerminal(me, open, 'TILL-1')
})
afterAll(() => open.close())

/** What a store waits for before it says that a blob is kept: the tests let it be slow. */
let storeIsReady: Promise<void> = Promise.resolve()
function slowDown({ blobs }: Services): void {
  const put = blobs.put.bind(blobs)
  blobs.put = async (...given) => {
    const stored = await put(...given)
    await storeIsReady
    return stored
  }
}
/** @returns lets the store get ready */
function holdStore(): () => void {
  let go = () => {}
  storeIsReady = new Promise((resolve) => {
    go = resolve
  })
  return go
}

interface Received {
  id: string
  sha256: string
  size: number
  code: string
}

/** Hands a log over, whole. */
async function put(body: Buffer | string, headers: Record<string, string> = {}, name = `${++count}.log`) {
  const answer = await till.terminal.send('PUT', `/ecr-logs/${name}`, {
    body: Buffer.from(body),
    headers: { 'Content-Type': 'text/plain', ...headers },
  })
  return { status: answer.status, offset: answer.headers['upload-offset'], ...answer.json<Received>() }
}

/** An upload of which the test writes the bytes when it likes. */
function begun(name: string, bytes: number, headers: Record<string, string> = {}, who = till.terminal) {
  const request = http.request(`${open.url}/terminal/v1/ecr-logs/${name}`, {
    method: 'PUT',
    agent: false,
    headers: {
      'Content-Type': 'text/plain',
      Authorization: `Bearer ${who.token}`,
      'Content-Length': bytes,
      ...headers,
    },
  })
  const answer = new Promise<Partial<Received> & { status: number }>((resolve) => {
    request.on('error', () => resolve({ status: 0 }))
    request.on('response', async (response) =>
      resolve({ status: response.statusCode ?? 0, ...((await json(response)) as Received) }),
    )
  })
  request.flushHeaders()
  return {
    answer,
    write: (part: Buffer | string) => request.write(part),
    leave: () => request.destroy(),
  }
}

const offsetOf = async (name: string) =>
  Number((await till.terminal.send('HEAD', `/ecr-logs/${name}`)).headers['upload-offset'])
const logsNamed = async (name: string) => (await listEcrLogs(me, {})).items.filter((one) => one.name === name)
const textOf = async (logId: string) =>
  (await readEcrLog(me, { logId, from: 0, count: 1000 })).items.map((one) => one.text).join('\n')

describe('a log that hides card numbers by being packed', () => {
  it.each(['text/plain', 'application/gzip', 'text/plain; charset=cp866'])(
    'is unpacked as often as it was packed: %s',
    async (type) => {
      const { status, id } = await put(gzipSync(gzipSync(`card ${TEST_CARDS[0]}`)), { 'Content-Type': type })
      expect(status).toBe(201)
      expect(await textOf(id)).toBe('card 411111******1111')
    },
  )

  it.each([
    ['three times', gzipSync(gzipSync(gzipSync('text')))],
    ['as ZIP', Buffer.from('504b0304140000000800', 'hex')],
    ['as ZIP in gzip', gzipSync(Buffer.from('504b0304140000000800', 'hex'))],
    ['by Zstandard', Buffer.from('28b52ffd0458', 'hex')],
    ['by bzip2', Buffer.from('BZh91AY&SY')],
  ])('is refused when it is packed %s', async (_how, body) => {
    const { status, code } = await put(body, { 'Content-Type': 'text/plain; charset=cp866' })
    expect([status, code]).toEqual([415, 'ecr_log_charset_unknown'])
  })

  it('is refused when it grows too large in its second layer', async () => {
    const { status, code } = await put(gzipSync(gzipSync(Buffer.alloc(1024 * 1024 + 1, 'a\n'))))
    expect([status, code]).toEqual([413, 'body_too_large'])
  })

  it('is known as gzip though its first byte comes alone', async () => {
    const body = gzipSync(`card ${TEST_CARDS[0]}`)
    const upload = begun('alone.log', body.length)
    upload.write(body.subarray(0, 1))
    await expect.poll(() => offsetOf('alone.log'), SOON).toBe(1)
    upload.write(body.subarray(1))
    const { status, id = '' } = await upload.answer
    expect(status).toBe(201)
    expect(await textOf(id)).toBe('card 411111******1111')
  })
})

describe('an upload whose answer was lost', () => {
  const text = 'a line of the log\n'.repeat(20)
  const half = text.length / 2

  it('is answered again when its last part comes again', async () => {
    const first = begun('lost.log', text.length)
    first.write(text.slice(0, half))
    await expect.poll(() => offsetOf('lost.log'), SOON).toBe(half)
    first.leave()
    const rest = { 'Upload-Offset': String(half) }
    const { status, id, sha256, size } = await put(text.slice(half), rest, 'lost.log')
    expect([status, size]).toEqual([201, text.length])
    for (const [body, offset] of [
      [text.slice(half), half],
      ['', text.length],
    ] as const)
      expect(await put(body, { 'Upload-Offset': String(offset) }, 'lost.log')).toMatchObject({
        ...{ status: 200, id, sha256, size },
      })
    for (const [body, offset] of [
      [`${text.slice(half, -2)}X\n`, half],
      ['more', text.length],
      [text.slice(half + 1), half + 1],
    ] as const)
      expect(await put(body, { 'Upload-Offset': String(offset) }, 'lost.log')).toMatchObject({
        ...{ status: 409, code: 'ecr_log_offset_mismatch', offset: '0' },
      })
    expect(await logsNamed('lost.log')).toHaveLength(1)
  })

  it('is one log while the store takes its time, and what comes behind its end is not taken', async () => {
    const go = holdStore()
    const first = begun('slow.log', text.length)
    first.write(text)
    await expect.poll(() => offsetOf('slow.log'), SOON).toBe(text.length)
    const all = { 'Upload-Offset': String(text.length) }
    const again = put('', all, 'slow.log')
    const more = put('more', all, 'slow.log')
    setTimeout(go, 200)
    const { status, id } = await first.answer
    expect(status).toBe(201)
    expect(await again).toMatchObject({ status: 200, id })
    expect(await more).toMatchObject({ status: 409, code: 'ecr_log_offset_mismatch' })
    expect(await logsNamed('slow.log')).toMatchObject([{ id, receivedBytes: text.length }])
  })
})

describe('several uploads at once', () => {
  it('go on with one log one after the other, never together', async () => {
    const text = Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n')
    const intakes = new LogIntakes({ maxBytes: 100_000, most: 4, resumeMs: 60_000 })
    const log = {
      terminalId: till.terminalId,
      name: 'race.log',
      coding: codingOf(undefined, undefined),
      from: null,
      to: null,
    }
    const upload = (part: string, offset: number, isWhole = true) => {
      const req = new http.IncomingMessage(new net.Socket())
      req.push(part)
      if (isWhole) req.push(null)
      req.complete = isWhole
      return intakes.receive(me, log, offset, req).then(
        ({ sizeBytes }) => sizeBytes,
        (error) => error.code,
      )
    }
    const first = upload(text.slice(0, 1_000), 0, false)
    await expect.poll(() => intakes.receivedBytes(log.terminalId, log.name), SOON).toBe(1_000)
    const rest = [1, 2].map(() => upload(text.slice(1_000), 1_000))
    expect(await first).toBe('body_incomplete')
    const sizes = await Promise.all(rest)
    expect(sizes).toContain(text.length)
    for (const size of sizes) expect([text.length, 'body_incomplete']).toContain(size)
    const [kept] = await logsNamed('race.log')
    expect(await textOf(kept?.id ?? '')).toBe(text)
  })

  it('of one terminal leave room for the others', async () => {
    const other = await enrolledTerminal(me, open, 'TILL-2')
    const own = ['a.log', 'b.log', 'c.log'].map((name) => begun(name, 10))
    for (const one of own) one.write('x')
    for (const name of ['a.log', 'b.log', 'c.log']) await expect.poll(() => offsetOf(name), SOON).toBe(1)
    expect(await put('x', {}, 'd.log')).toMatchObject({ status: 503, code: 'ecr_log_uploads_busy' })
    const answer = await other.terminal.send('PUT', '/ecr-logs/other.log', {
      body: Buffer.from('x'),
      headers: { 'Content-Type': 'text/plain' },
    })
    expect(answer.status).toBe(201)
    own[0]?.leave()
    await expect.poll(async () => (await put('x', {}, 'd.log')).status, SOON).toBe(201)
    expect(await offsetOf('a.log')).toBe(0)
    expect(await offsetOf('b.log')).toBe(1)
    for (const one of own) one.leave()
  })

  it('are refused at once where they say that they are too large', async () => {
    const upload = begun('huge.log', 1024 * 1024 + 1)
    expect(await upload.answer).toMatchObject({ status: 413, code: 'body_too_large' })
    upload.leave()
  })
})

describe('a terminal that is revoked while it hands a log over', () => {
  const held = async (name: string) => (await database.sql`select from ecr_logs where name = ${name}`).length

  it('is cut off, though it sends nothing, and nothing of the log stays', async () => {
    const other = await enrolledTerminal(me, open, 'REVOKED-1')
    const upload = begun('revoked.log', 10, {}, other.terminal)
    upload.write('first')
    await expect.poll(() => held('revoked.log'), SOON).toBe(1)
    await revokeTerminal(me, { terminalId: other.terminalId })
    expect((await upload.answer).status).not.toBe(201)
    await expect.poll(() => held('revoked.log'), SOON).toBe(0)
  })

  it('gets no log kept whose last byte it had sent already', async () => {
    const other = await enrolledTerminal(me, open, 'REVOKED-2')
    const go = holdStore()
    const upload = begun('late.log', 5, {}, other.terminal)
    upload.write('whole')
    await expect.poll(() => held('late.log'), SOON).toBe(1)
    await revokeTerminal(me, { terminalId: other.terminalId })
    go()
    expect((await upload.answer).status).not.toBe(201)
    await expect.poll(() => held('late.log'), SOON).toBe(0)
  })

  it('goes on where it is suspended only', async () => {
    const other = await enrolledTerminal(me, open, 'SUSPENDED-1')
    const upload = begun('suspended.log', 10, {}, other.terminal)
    upload.write('first')
    await expect.poll(() => held('suspended.log'), SOON).toBe(1)
    await suspendTerminal(me, { terminalId: other.terminalId })
    // More than one beat, at which those who transfer something are looked up.
    await wait(2_500)
    upload.write('other')
    expect((await upload.answer).status).toBe(201)
  })
})

describe('a moment that no database can store', () => {
  it.each([
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+14:00',
    '2026-01-01T00:00:00+23:59',
    '9999-12-31T23:59:59-14:00',
  ])('is taken for the nearest: %s', async (moment) => {
    await expect(listEcrLogs(me, { from: moment, to: moment })).resolves.toBeDefined()
    const period = `from=${encodeURIComponent(moment)}`
    const answer = await till.terminal.send('PUT', `/ecr-logs/when.log?${period}`, {
      body: Buffer.from(moment),
      headers: { 'Content-Type': 'text/plain' },
    })
    expect(answer.status).toBe(201)
  })
})

describe('logs in one ZIP', () => {
  it('have names of their own that lead out of no folder', async () => {
    const evil = await enrolledTerminal(me, open, '../../evil')
    const names = ['day.log', 'day.log.gz', 'day log', 'day_log', 'DAY.log', '..', '.gz']
    for (const name of names)
      await evil.terminal.send('PUT', `/ecr-logs/${encodeURIComponent(name)}`, {
        body: Buffer.from(name),
        headers: { 'Content-Type': 'text/plain' },
      })
    const { stream } = await openLogsZip(me, { terminalId: evil.terminalId })
    const found = namesIn(await buffer(stream))
    expect(found).toHaveLength(names.length)
    expect(new Set(found.map((name) => name.toLowerCase())).size).toBe(names.length)
    for (const name of found) expect(name).toMatch(/^[^./\\][^/\\]*$/)
    const day = new Date().toISOString().slice(0, 10)
    expect(found).toContain(`__.._evil_${day}_DAY.log`)
    expect(found).toContain(`__.._evil_${day}_day~2.log`)
  })

  it('leave no card number in the audit log that somebody searched for', async () => {
    const [card = ''] = TEST_CARDS
    await openLogsZip(me, { search: card })
    const [entry] = await database.sql`
      select changes from audit_entries where action = 'ecr_log_export.made' order by seq desc limit 1`
    expect(entry?.changes).toMatchObject({ search: { after: '411111******1111' } })
  })
})

/** Of the directory at the end of a ZIP (APPNOTE 4.3.12). */
function namesIn(zip: Buffer): string[] {
  const names: string[] = []
  for (let at = zip.indexOf('PK\x01\x02'); at !== -1; at = zip.indexOf('PK\x01\x02', at + 46))
    names.push(zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)))
  return names
}
