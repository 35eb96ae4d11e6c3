import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { listActions } from '../../../../src/features/actions/results'
import { getEcrLog, listEcrLogs } from '../../../../src/features/monitoring/ecr-logs/find'
import { readEcrLog } from '../../../../src/features/monitoring/ecr-logs/read'
import { listEcrLogRequests, requestEcrLog } from '../../../../src/features/monitoring/ecr-logs/requests'
import { getStatus } from '../../../../src/features/monitoring/status/queries'
import { suspendTerminal } from '../../../../src/features/terminals'
import { ConnectionLost, type Send } from '../../../../src/tools/simulator/client'
import { TEST_CARDS } from '../../../../src/tools/simulator/ecr/hidden'
import { useTestDatabase } from '../../../support/postgres'
import { makeCtx, makeServices, operator } from '../../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../../support/terminal-door'
import { enrolledTerminal } from '../../eslips/slips'

const database = useTestDatabase()
const MIB = 1024 * 1024
const PLAIN = { 'Content-Type': 'text/plain' }
let services: Services
let open: OpenDoor
let me: Ctx
let till: Awaited<ReturnType<typeof enrolledTerminal>>

beforeAll(async () => {
  services = await makeServices(database, { env: { ECR_LOG_MAX_MIB: '1' } })
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
  till = await enrolledTerminal(me, open, 'TILL-1')
})
afterAll(() => open.close())

interface Received {
  id: string
  sha256: string
  size: number
}
const put = (name: string, body: Buffer | string, more: Partial<Send> = {}) =>
  till.terminal.send('PUT', `/ecr-logs/${encodeURIComponent(name)}`, {
    body: Buffer.from(body),
    ...more,
    headers: { ...PLAIN, ...more.headers },
  })
const offsetOf = async (name: string) => {
  const answer = await till.terminal.send('HEAD', `/ecr-logs/${encodeURIComponent(name)}`)
  expect(answer.status).toBe(200)
  return Number(answer.headers['upload-offset'])
}
const textOf = async (logId: string) =>
  (await readEcrLog(me, { logId, from: 0, count: 1000 })).items.map((one) => one.text).join('\n')
const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}: ok`).join('\n')
/** Text that packs badly, of so many bytes. */
const noise = (bytes: number) => randomBytes(bytes).toString('base64').slice(0, bytes)

describe('a log that is handed over', () => {
  it('is kept as text and answered with the hash and the size of what was sent', async () => {
    const answer = await put('day.log', lines(20))
    expect(answer.status).toBe(201)
    const { id, sha256, size } = answer.json<Received>()
    expect(sha256).toBe(createHash('sha256').update(lines(20)).digest('hex'))
    expect(size).toBe(lines(20).length)
    expect(await textOf(id)).toBe(lines(20))
    expect(await getEcrLog(me, { logId: id })).toMatchObject({
      serial: 'TILL-1',
      name: 'day.log',
      version: 1,
      rows: 20,
    })
  })

  it('is the same log when it comes again, and a new version with other bytes', async () => {
    const first = (await put('again.log', 'one')).json<Received>()
    const second = await put('again.log', 'one')
    expect([second.status, second.json<Received>().id]).toEqual([200, first.id])
    const packed = await put('again.log', gzipSync('one'), {
      headers: { 'Content-Type': 'application/gzip' },
    })
    expect([packed.status, packed.json<Received>().id]).toEqual([200, first.id])
    const third = await put('again.log', 'two')
    expect(third.status).toBe(201)
    expect((await getEcrLog(me, { logId: third.json<Received>().id })).version).toBe(2)
    expect((await listEcrLogs(me, {})).items.filter((one) => one.name === 'again.log')).toHaveLength(2)
  })

  it.each([
    ['gzip by its type', gzipSync('Оплата'), { 'Content-Type': 'application/gzip' }],
    ['gzip by its coding', gzipSync('Оплата'), { 'Content-Encoding': 'gzip' }],
    ['gzip by its first bytes', gzipSync('Оплата'), {}],
    ['UTF-8', Buffer.from('Оплата'), { 'Content-Type': 'text/plain; charset=UTF-8' }],
    [
      'CP866',
      Buffer.from([0x8e, 0xaf, 0xab, 0xa0, 0xe2, 0xa0]),
      { 'Content-Type': 'text/plain; charset=cp866' },
    ],
    [
      'CP1251',
      Buffer.from([0xce, 0xef, 0xeb, 0xe0, 0xf2, 0xe0]),
      { 'Content-Type': 'text/plain;charset=cp1251' },
    ],
    [
      'CP1251 in gzip',
      gzipSync(Buffer.from([0xce, 0xef, 0xeb, 0xe0, 0xf2, 0xe0])),
      { 'Content-Type': 'text/plain; charset=windows-1251', 'Content-Encoding': 'gzip' },
    ],
  ])('is read as %s', async (what, body, headers) => {
    const answer = await put(`${what}.log`, body, { headers })
    expect(answer.status).toBe(201)
    expect(await textOf(answer.json<Received>().id)).toBe('Оплата')
  })

  it('has its card numbers cut, which is a finding of its terminal', async () => {
    const answer = await put('leak.log', `card ${TEST_CARDS[0]}\nPAN ${TEST_CARDS[5]}\n`)
    const { id } = answer.json<Received>()
    expect(await textOf(id)).toBe('card 411111******1111\nPAN 378282*****0005')
    expect((await getEcrLog(me, { logId: id })).cardNumbers).toBe(2)
    const { cardFindings } = await getStatus(me, { terminalId: till.terminalId })
    expect(cardFindings).toMatchObject([{ source: 'ecr-log', count: 2 }])
  })

  it('may be empty', async () => {
    const answer = await put('empty.log', '')
    expect(answer.status).toBe(201)
    expect(await textOf(answer.json<Received>().id)).toBe('')
  })

  it('is taken from a suspended terminal, too', async () => {
    const other = await enrolledTerminal(me, open, 'TILL-2')
    await suspendTerminal(me, { terminalId: other.terminalId })
    const answer = await other.terminal.send('PUT', '/ecr-logs/x.log', {
      body: Buffer.from('x'),
      headers: PLAIN,
    })
    expect(answer.status).toBe(201)
  })

  it.each([
    ['of another type', 415, 'ecr_log_charset_unknown', { 'Content-Type': 'application/json' }],
    ['in another charset', 415, 'ecr_log_charset_unknown', { 'Content-Type': 'text/plain; charset=koi8-r' }],
    ['that is no gzip', 400, 'malformed_gzip', { 'Content-Type': 'application/gzip' }],
    ['that goes on where nothing was', 409, 'ecr_log_offset_mismatch', { 'Upload-Offset': '5' }],
    ['with an offset that is none', 400, 'invalid_input', { 'Upload-Offset': 'x' }],
  ])('is refused %s', async (what, status, code, headers) => {
    const answer = await put(`${what}.log`, 'text', { headers })
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([status, code])
    expect(await offsetOf(`${what}.log`)).toBe(0)
  })

  it.each(['a/b', `card ${TEST_CARDS[0]}`, 'x'.repeat(129), 'a\u0007'])(
    'is refused by its name: %j',
    async (name) => {
      const answer = await put(name, 'text')
      expect([answer.status, answer.json<{ code: string }>().code]).toEqual([422, 'ecr_log_name_invalid'])
    },
  )

  it('is refused when its period ends before it begins', async () => {
    const answer = await till.terminal.send(
      'PUT',
      '/ecr-logs/p.log?from=2026-11-27T10:00:00Z&to=2026-11-26T10:00:00Z',
      {
        body: Buffer.from('x'),
        headers: PLAIN,
      },
    )
    expect(answer.status).toBe(400)
  })

  it('is refused when it is larger than it may be, as sent or unpacked', async () => {
    const sent = await put('large.log', noise(MIB + 1)).catch((error) => error)
    if (!(sent instanceof ConnectionLost)) expect(sent.status).toBe(413)
    const bomb = await put('bomb.log', gzipSync(Buffer.alloc(MIB + 1, 'a\n')))
    expect([bomb.status, bomb.json<{ code: string }>().code]).toEqual([413, 'body_too_large'])
    expect((await listEcrLogs(me, {})).items.map((one) => one.name)).not.toContain('bomb.log')
  })

  it('leaves nothing in the store and no row when it is refused', async () => {
    const rows = await database.sql`select state from ecr_logs where state <> 'kept'`
    expect(rows.filter((row) => row.state === 'coming')).toEqual([])
  })
})

describe('an upload that broke off', () => {
  it.each([
    ['plain', (text: string) => Buffer.from(text), {}],
    ['packed', (text: string) => gzipSync(text), { 'Content-Type': 'application/gzip' }],
  ])('goes on where it was, %s', async (what, coded, headers) => {
    const text = `${noise(300_000)}\ncard ${TEST_CARDS[0]} ${noise(300_000)}`
    const body = coded(text)
    const name = `broken ${what}.log`
    await expect(put(name, body, { headers, cut: 'while-sending' })).rejects.toThrow(ConnectionLost)
    const offset = await until(
      () => offsetOf(name),
      (one) => one > 0,
    )
    expect(offset).toBeLessThan(body.length)
    const answer = await put(name, body.subarray(offset), {
      headers: { ...headers, 'Upload-Offset': String(offset) },
    })
    expect(answer.status).toBe(201)
    const { id, sha256, size } = answer.json<Received>()
    expect([sha256, size]).toEqual([createHash('sha256').update(body).digest('hex'), body.length])
    expect(await offsetOf(name)).toBe(body.length)
    const kept = await textOf(id)
    expect(kept).toContain('card 411111******1111')
    expect(kept.replace(/\n/g, '').length).toBe(text.replace(/\n/g, '').length)
  })

  it('begins anew without an offset', async () => {
    await expect(put('anew.log', noise(200_000), { cut: 'while-sending' })).rejects.toThrow(ConnectionLost)
    await until(
      () => offsetOf('anew.log'),
      (one) => one > 0,
    )
    const answer = await put('anew.log', 'all of it')
    expect(answer.status).toBe(201)
    expect(await textOf(answer.json<Received>().id)).toBe('all of it')
  })

  it('is refused at another byte, and hears at which', async () => {
    await expect(put('gap.log', noise(200_000), { cut: 'while-sending' })).rejects.toThrow(ConnectionLost)
    const offset = await until(
      () => offsetOf('gap.log'),
      (one) => one > 0,
    )
    const answer = await put('gap.log', 'rest', { headers: { 'Upload-Offset': String(offset + 1) } })
    expect(answer.status).toBe(409)
    expect(answer.headers['upload-offset']).toBe(String(offset))
  })
})

describe('a log that was asked for', () => {
  const period = { from: '2026-11-26T00:00:00.000Z', to: '2026-11-27T00:00:00.000Z' }
  const ask = (more: object = {}) => requestEcrLog(me, { terminalId: till.terminalId, ...period, ...more })
  const offered = async () => {
    return (await till.terminal.checkIn()).actions.filter((one) => one.kind === 'upload-ecr-log')
  }

  it('is an action of the terminal until its upload confirms it', async () => {
    const { id } = await ask()
    expect((await ask()).id).toBe(id)
    const [action] = await until(offered, (list) => list.length > 0)
    expect(action).toMatchObject({ kind: 'upload-ecr-log', ...period })
    const answer = await till.terminal.send(
      'PUT',
      `/ecr-logs/asked.log?from=${period.from}&to=${period.to}`,
      {
        body: Buffer.from('asked'),
        headers: PLAIN,
      },
    )
    expect(answer.status).toBe(201)
    await until(offered, (list) => list.length === 0)
    const [done] = (await listActions(me, { terminalId: till.terminalId, kind: 'upload-ecr-log' })).items
    expect(done?.state).toBe('confirmed')
    const [request] = (await listEcrLogRequests(me, { terminalId: till.terminalId })).items
    expect(request).toMatchObject({ id, outcome: 'answered', logId: answer.json<Received>().id })
  })

  it('is not given by a log of another period', async () => {
    await ask({ from: '2026-11-25T00:00:00.000Z', to: '2026-11-25T12:00:00.000Z' })
    await until(offered, (list) => list.length > 0)
    await till.terminal.send('PUT', `/ecr-logs/other.log?from=${period.from}&to=${period.to}`, {
      body: Buffer.from('other'),
      headers: PLAIN,
    })
    expect(await offered()).toHaveLength(1)
    // One that says no period is taken for the one on offer.
    await put('unsaid.log', 'unsaid')
    await until(offered, (list) => list.length === 0)
  })

  it('is asked for only so often, and for a month at most', async () => {
    for (let day = 1; day <= 10; day++)
      await ask({ from: `2026-10-${String(day).padStart(2, '0')}T00:00:00Z`, to: '2026-10-20T00:00:00Z' })
    await expect(ask({ from: '2026-10-15T00:00:00Z', to: '2026-10-20T00:00:00Z' })).rejects.toMatchObject({
      code: 'ecr_log_requests_many',
    })
    await expect(ask({ from: '2026-01-15T00:00:00Z' })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

/** Asks again until it is so: what one connection lost, the server learns a moment later. */
async function until<T>(ask: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const value = await ask()
    if (isSo(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('It never was so.')
}
