import net from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { mintToken } from '../../src/core/tokens'
import { importLicence } from '../../src/features/licenses/service/import'
import { suspendTerminal } from '../../src/features/terminals/service/states'
import { enrolledTerminal, sale } from '../features/eslips/slips'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { type OpenDoor, openTerminalDoor } from '../support/terminal-door'

const database = useTestDatabase()
let services: Services
let open: OpenDoor
let count = 0
const CARD = '4111111111111111'
const SOON = { timeout: 10_000, interval: 50 }

beforeAll(async () => {
  services = await makeServices(database, { env: { TERMINAL_REQUESTS_PER_MINUTE: '60' } })
  open = await openTerminalDoor(database, services)
})
afterAll(() => open.close())

const me = () => makeCtx(services, operator())
const enrolled = () => enrolledTerminal(me(), open, `POS${++count}`)
type Enrolled = Awaited<ReturnType<typeof enrolled>>

interface Noted {
  kind: string
  items: number | null
  about: string | null
  status: number
  code: string | null
  count: number
  request_bytes: number
  answer_bytes: number
  duration_ms: number
  address: string
  request_id: string
  is_broken_off: boolean
  request_body: string | null
  answer_body: string | null
}

async function noted(terminalId: string): Promise<Noted[]> {
  return database.sql<Noted[]>`
    select *, request_bytes::int as request_bytes, answer_bytes::int as answer_bytes
    from pos_log where terminal_id = ${terminalId} order by at, id`
}

/** The row of what was asked last, once it is there. */
async function lastNoted({ terminalId }: Enrolled, kind: string): Promise<Noted> {
  await expect.poll(async () => (await noted(terminalId)).at(-1)?.kind, SOON).toBe(kind)
  return (await noted(terminalId)).at(-1) as Noted
}

describe('what a terminal asks', () => {
  it('is noted with its answer: what, how it ended, how much, how long, from where', async () => {
    const one = await enrolled()
    const answer = await one.terminal.send('POST', '/check-in', {
      json: { status: { os: 'Linux 5.4' }, statusHash: 'h' },
    })
    expect(answer.status).toBe(204)
    await expect.poll(async () => (await noted(one.terminalId)).length, SOON).toBe(2)
    const row = (await noted(one.terminalId))[1]
    expect(row).toMatchObject({
      ...{ kind: 'check-in', status: 204, code: null, about: 'status', items: null, count: 1 },
      ...{ request_bytes: 46, answer_bytes: 0, address: '127.0.0.1', is_broken_off: false },
      ...{ request_body: '{"status":{"os":"Linux 5.4"},"statusHash":"h"}', answer_body: null },
      request_id: answer.headers['x-request-id'],
    })
    expect(row?.duration_ms).toBeGreaterThanOrEqual(0)
  })

  it.each([
    ['as it is', CARD],
    ['in groups', CARD.replace(/(.{4})(?=.)/g, '$1%20')],
    ['with dashes, encoded twice', CARD.replace(/(.{4})(?=.)/g, '$1%252D')],
    ['with bytes that are no text', CARD.replace(/(.{4})(?=.)/g, '$1%FF')],
    ['over lines', CARD.replace(/(.{8})(?=.)/g, '$1%0D%0A')],
    ['in digits of full width', [...CARD].map((digit) => `%EF%BC%9${digit}`).join('')],
    ['in bytes', [...CARD].map((digit) => `%3${digit}`).join('')],
  ])('has no card number where the log says what it was about: %s', async (_how, written) => {
    const one = await enrolled()
    const digits = (text: string | null) => text?.normalize('NFKC').replace(/[^0-9]/g, '')
    await one.terminal.send('GET', `/cards/${written}`)
    const row = await lastNoted(one, 'unknown')
    expect(row.about).toContain('GET /terminal/v1/cards/')
    expect(digits(row.about)).toBe('14111111111')
    await one.terminal.send('GET', `/license?licId=${written.replaceAll('%', '%25')}`)
    expect(digits((await lastNoted(one, 'license')).about)).toBe('4111111111')
  })

  it('is one row with a count while nothing is to do, and ends with the next other request', async () => {
    const one = await enrolled()
    for (let n = 0; n < 6; n++)
      expect((await one.terminal.send('POST', '/check-in', { json: {} })).status).toBe(204)
    await one.terminal.send('POST', '/token')
    await lastNoted(one, 'token')
    const idle = async () => (await noted(one.terminalId)).map((row) => [row.kind, row.status, row.count])
    await expect.poll(idle, SOON).toEqual([
      ['check-in', 204, 1],
      ['check-in', 204, 6],
      ['token', 200, 1],
    ])
  })

  it('is one row with a count while the same is offered again and again', async () => {
    const one = await enrolled()
    await importLicence(me(), {
      fileName: 'a.json',
      bytes: Buffer.from(
        JSON.stringify({ serial: one.terminal.memory.serial, platform: 'wiseasy-wpos3', licId: 'LIC-1' }),
      ),
    })
    await open.feed.catchUp()
    for (let n = 0; n < 4; n++)
      expect((await one.terminal.send('POST', '/check-in', { json: {} })).status).toBe(200)
    await one.terminal.send('POST', '/token')
    const rows = async () =>
      (await noted(one.terminalId)).slice(1).map((row) => [row.kind, row.status, row.about, row.count])
    await expect.poll(rows, SOON).toEqual([
      ['check-in', 200, 'license', 4],
      ['token', 200, null, 1],
    ])
    expect((await noted(one.terminalId))[1]?.answer_body).toContain('"licId":"LIC-1"')
  })

  it('is one row with a count while it is refused for the same reason, with the first body', async () => {
    const one = await enrolled()
    for (let n = 1; n <= 3; n++) await one.terminal.send('POST', '/check-in', { json: { status: { os: n } } })
    await one.terminal.send('POST', '/check-in', { body: Buffer.from('{"status":') })
    const rows = async () =>
      (await noted(one.terminalId)).slice(1).map((row) => [row.status, row.code, row.count])
    await expect.poll(rows, SOON).toEqual([
      [422, 'invalid_message', 3],
      [400, 'malformed_json', 1],
    ])
    const [, refused] = await noted(one.terminalId)
    expect(refused?.request_body).toBe('{"status":{"os":1}}')
    expect(JSON.parse(refused?.answer_body ?? '')).toMatchObject({
      code: 'invalid_message',
      issues: [{ path: 'status.os' }],
    })
  })

  it('says how many slips it handed over, and not a word of them', async () => {
    const one = await enrolled()
    await one.handOver(sale(), sale({ rrn: '632700555555' }))
    const row = await lastNoted(one, 'eslips')
    expect(row).toMatchObject({ status: 200, items: 2, request_body: null, answer_body: null })
    await one.terminal.send('POST', '/eslips', { json: { slips: 'none' } })
    await expect.poll(async () => (await noted(one.terminalId)).at(-1)?.code, SOON).toBe('invalid_message')
    expect((await noted(one.terminalId)).at(-1)).toMatchObject({ request_body: null, answer_body: null })
  })

  it('never shows a token that was given out', async () => {
    const one = await enrolled()
    const { token } = (await one.terminal.send('POST', '/token')).json<{ token: string }>()
    const row = await lastNoted(one, 'token')
    expect(row).toMatchObject({ request_body: null, answer_body: null })
    expect(await everything()).not.toContain(token)
  })

  it('is noted where there is no such message, and where the terminal may not send it', async () => {
    const one = await enrolled()
    await one.terminal.send('GET', '/nothing?x=1')
    expect(await lastNoted(one, 'unknown')).toMatchObject({
      ...{ status: 404, code: 'unknown_path', about: 'GET /terminal/v1/nothing' },
    })
    await suspendTerminal(me(), { terminalId: one.terminalId })
    await open.feed.catchUp()
    await one.terminal.send('GET', '/license?licId=LIC-9')
    expect(await lastNoted(one, 'license')).toMatchObject({
      ...{ status: 403, code: 'terminal_suspended', about: 'LIC-9' },
    })
  })

  it('is one row where it comes far too often', async () => {
    const one = await enrolled()
    for (let n = 0; n < 80; n++) await one.terminal.send('GET', '/license')
    const rows = async () => (await noted(one.terminalId)).map((row) => [row.kind, row.status])
    await expect.poll(rows, SOON).toEqual([
      ['check-in', 204],
      ['license', 404],
      ['license', 429],
    ])
  })

  it('is noted as broken off where the terminal went away in the middle', async () => {
    const one = await enrolled()
    const socket = net.connect(Number(new URL(open.url).port), '127.0.0.1')
    const head = `POST /terminal/v1/check-in HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${one.terminal.token}\r\n`
    await new Promise((sent) => socket.write(`${head}Content-Length: 100\r\n\r\n{"status":`, sent))
    await wait(100)
    socket.destroy()
    await expect.poll(async () => (await noted(one.terminalId)).length, SOON).toBe(2)
    expect((await noted(one.terminalId))[1]).toMatchObject({ code: 'body_incomplete', is_broken_off: true })
  })

  it('holds no card number and no secret, wherever they stood', async () => {
    const one = await enrolled()
    const secret = mintToken('pst_')
    await one.terminal.send('POST', '/check-in', {
      json: {
        status: { model: `WPOS ${CARD}`, unknown: ['4111', '1111', '1111', '1111'], [CARD]: Number(CARD) },
        vitals: { localTime: CARD },
        pin: '9071',
        note: `Bearer ${secret}`,
      },
    })
    await one.terminal.send('GET', `/license?licId=${CARD}`)
    await one.terminal.send('GET', `/${CARD}`)
    await lastNoted(one, 'unknown')
    const text = await everything()
    expect(text).toContain('411111******1111')
    for (const kept of [CARD, '"4111","1111"', '9071', secret]) expect(text).not.toContain(kept)
  })

  it('is not noted of strangers', async () => {
    const before = (await database.sql`select count(*)::int as n from pos_log`)[0]?.n
    await open.client.send({
      method: 'POST',
      path: '/terminal/v1/check-in',
      token: mintToken('pst_'),
      json: {},
    })
    const one = await enrolled()
    await lastNoted(one, 'check-in')
    expect((await database.sql`select count(*)::int as n from pos_log`)[0]?.n).toBe(before + 1)
  })
})

describe('a database that is slow for the log', () => {
  it('keeps no terminal waiting, and is told everything once it is back', async () => {
    const one = await enrolled()
    await lastNoted(one, 'check-in')
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const locked = new Promise<void>((resolve, reject) => {
      database.sql
        .begin(async (tx) => {
          await tx`lock table pos_log in access exclusive mode`
          resolve()
          await released
        })
        .catch(reject)
    })
    await locked
    for (let n = 0; n < 20; n++) {
      const answer = await one.terminal.send('POST', '/check-in', { json: { status: { printer: `p${n}` } } })
      expect(answer.status).toBe(204)
    }
    await expect.poll(() => open.door.gauges().posLogWaiting, SOON).toBeGreaterThan(0)
    release()
    await expect.poll(() => open.door.gauges().posLogWaiting, SOON).toBe(0)
    await expect
      .poll(async () => (await noted(one.terminalId)).reduce((sum, row) => sum + row.count, 0), SOON)
      .toBe(21)
    expect(open.door.gauges().posLogDropped).toBe(0)
  })
})

describe('a server without a POS log', () => {
  it('notes nothing', async () => {
    const settings = (await makeServices(database, { env: { POS_LOG_DAYS: '0' } })).settings
    const quiet = await openTerminalDoor(database, { ...services, settings })
    const one = await enrolledTerminal(me(), quiet, 'POSQUIET')
    await one.terminal.send('GET', '/nothing')
    await quiet.close()
    expect(await noted(one.terminalId)).toEqual([])
  })
})

/** All that the log holds, as text. */
async function everything(): Promise<string> {
  const rows = await database.sql<{ text: string }[]>`select l::text as text from pos_log l`
  return rows.map(({ text }) => text.replaceAll('""', '"')).join('\n')
}
