import { createHash } from 'node:crypto'
import net from 'node:net'
import { gzipSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { mintToken } from '../../src/core/tokens'
import { importLicence } from '../../src/features/licenses/service/import'
import { issueEnrollmentCode } from '../../src/features/terminals/service/codes'
import { registerTerminal } from '../../src/features/terminals/service/register'
import {
  reopenTerminal,
  resumeTerminal,
  retireTerminal,
  revokeTerminal,
  suspendTerminal,
} from '../../src/features/terminals/service/states'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { type OpenDoor, openTerminalDoor } from '../support/terminal-door'

const database = useTestDatabase()
let services: Services
let open: OpenDoor
const asOperator = () => makeCtx(services, operator())
let count = 0

beforeAll(async () => {
  services = await makeServices(database)
  open = await openTerminalDoor(database, services)
})
afterAll(() => open.close())

async function register(serial = `SN${++count}`) {
  const terminal = await registerTerminal(asOperator(), { serial, platform: 'wiseasy-wpos3' })
  const { enrollmentCode } = await issueEnrollmentCode(asOperator(), { serials: [serial] })
  return { terminalId: terminal.id, serial, enrollmentCode }
}

const fake = (serial: string) =>
  new FakeTerminal(open.client, { serial, platform: 'wiseasy-wpos3', token: undefined })

/** Registered, enrolled, and its token used once. */
async function enrolled() {
  const registered = await register()
  const terminal = fake(registered.serial)
  expect((await terminal.enroll(registered.enrollmentCode)).status).toBe(201)
  expect((await terminal.checkIn()).status).toBe(204)
  return { ...registered, terminal }
}

const stateOf = async (terminalId: string) =>
  (await database.sql`select state from terminals where id = ${terminalId}`)[0]?.state

/** What the operator did is known to the door once it has read the feed. */
const told = () => open.feed.catchUp()

describe('enrolment', () => {
  it('gives a token once, and the terminal is active from its first use', async () => {
    const { terminalId, serial, enrollmentCode } = await register()
    const terminal = fake(serial)
    const answer = await terminal.enroll(enrollmentCode)
    expect(answer.status).toBe(201)
    expect(answer.json()).toMatchObject({ terminalId, token: expect.stringMatching(/^pst_[\w-]{43}$/) })
    expect(await stateOf(terminalId)).toBe('expected')
    expect((await terminal.checkIn()).status).toBe(204)
    expect(await stateOf(terminalId)).toBe('active')
  })

  it('may be repeated when the answer got lost, and the used token is the one that lives', async () => {
    const { serial, enrollmentCode } = await register()
    const first = fake(serial)
    const second = fake(serial)
    await first.enroll(enrollmentCode)
    await second.enroll(enrollmentCode)
    expect(first.token).not.toBe(second.token)
    expect((await first.checkIn()).status).toBe(204)
    expect((await second.checkIn()).status).toBe(401)
    expect((await fake(serial).enroll(enrollmentCode)).status).toBe(403)
  })

  it('answers everything that is wrong alike', async () => {
    const { serial, enrollmentCode, terminalId } = await register()
    const other = await register()
    const retired = await register()
    await retireTerminal(asOperator(), { terminalId: retired.terminalId })
    const refusals = [
      await fake(serial).enroll('WRONG-WRONG-WRONG-WRONG-WRONG'),
      await fake(serial).enroll(other.enrollmentCode),
      await fake('NOBODY').enroll(enrollmentCode),
      await fake(retired.serial).enroll(retired.enrollmentCode),
    ]
    await database.sql`update enrollment_codes set expires_at = now() - interval '1 s'
      where id in (select code_id from enrollment_code_terminals where terminal_id = ${terminalId})`
    refusals.push(await fake(serial).enroll(enrollmentCode))
    for (const answer of refusals) {
      expect(answer.status).toBe(403)
      expect(answer.json()).toEqual(refusals[0]?.json())
      expect(answer.json()).toMatchObject({ code: 'enrollment_refused', status: 403 })
    }
  })

  it('takes a code however it was typed', async () => {
    const { serial, enrollmentCode } = await register()
    expect((await fake(serial).enroll(` ${enrollmentCode.toLowerCase().replaceAll('-', ' ')}`)).status).toBe(
      201,
    )
  })

  it('refuses an active terminal until an operator re-opens it, and the old token lives until then', async () => {
    const { terminalId, serial, terminal } = await enrolled()
    await expect(issueEnrollmentCode(asOperator(), { serials: [serial] })).rejects.toMatchObject({
      code: 'already_active',
    })
    await reopenTerminal(asOperator(), { terminalId })
    const { enrollmentCode } = await issueEnrollmentCode(asOperator(), { serials: [serial] })
    const again = fake(serial)
    expect((await again.enroll(enrollmentCode)).status).toBe(201)
    expect((await terminal.checkIn()).status).toBe(204)
    expect((await again.checkIn()).status).toBe(204)
    expect((await terminal.checkIn()).status).toBe(401)
  })

  it('agrees on one token when all are used at the same moment', async () => {
    const { serial, enrollmentCode } = await register()
    const tries = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const terminal = fake(serial)
        expect((await terminal.enroll(enrollmentCode)).status).toBe(201)
        return terminal
      }),
    )
    const statuses = await Promise.all(tries.map(async (one) => (await one.checkIn()).status))
    expect(statuses.filter((status) => status === 204)).toHaveLength(1)
    expect(statuses.filter((status) => status === 401)).toHaveLength(5)
  })

  it('counts one token used many times at once as one use', async () => {
    const { serial, enrollmentCode } = await register()
    const terminal = fake(serial)
    await terminal.enroll(enrollmentCode)
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => (await terminal.checkIn()).status),
    )
    expect(new Set(statuses)).toEqual(new Set([204]))
  })
})

describe('tokens', () => {
  it('rotate: the old one lives until the new one is first used', async () => {
    const { terminal } = await enrolled()
    const old = terminal.token
    const first = (await terminal.send('POST', '/token')).json<{ token: string }>().token
    const second = (await terminal.send('POST', '/token')).json<{ token: string }>().token
    expect((await terminal.checkIn()).status).toBe(204)
    terminal.token = second
    expect((await terminal.checkIn()).status).toBe(204)
    for (const ended of [old, first]) {
      terminal.token = ended
      expect((await terminal.checkIn()).status).toBe(401)
    }
  })

  it('end with their terminal, as soon as the door has read the feed', async () => {
    for (const end of [retireTerminal, revokeTerminal]) {
      const { terminalId, terminal } = await enrolled()
      await end(asOperator(), { terminalId })
      await told()
      expect((await terminal.checkIn()).status).toBe(401)
    }
  })

  it('are asked of every stranger, on every path, before anything else is looked at', async () => {
    const requests = [
      { method: 'GET', path: '/terminal/v1/nothing' },
      { method: 'DELETE', path: '/terminal/v1/check-in' },
      {
        method: 'POST',
        path: '/terminal/v1/check-in',
        body: Buffer.from('{'),
        headers: { 'Content-Type': 'text/plain' },
      },
      { method: 'GET', path: '/terminal/v1/check-in', token: mintToken('pst_') },
      { method: 'GET', path: '/terminal/v1/check-in', token: 'nonsense' },
      { method: 'PUT', path: '/terminal/v1/token/../enroll' },
    ]
    for (const request of requests) {
      const answer = await open.client.send(request)
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer')
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.json()).toMatchObject({ code: 'unauthenticated' })
    }
  })
})

describe('check-in', () => {
  it('carries what every answer must have', async () => {
    const { terminal } = await enrolled()
    const answer = await terminal.send('POST', '/check-in', { json: {} })
    expect(answer.status).toBe(204)
    expect(Number(answer.headers['psm-next-check-in'])).toBeGreaterThan(0)
    expect(answer.headers['x-request-id']).toBeTruthy()
    expect(answer.headers.date).toBeTruthy()
    expect(answer.headers['transfer-encoding']).toBeUndefined()
    expect(answer.headers.connection).not.toBe('close')
  })

  it('keeps a status with what changed, once', async () => {
    const { terminal, terminalId } = await enrolled()
    const status = { model: 'WPOS-3', os: 'Android 7.1.2', printer: 'ok' }
    for (let i = 0; i < 3; i++) await terminal.send('POST', '/check-in', { json: { status } })
    await terminal.send('POST', '/check-in', { json: { status: { ...status, printer: 'out_of_paper' } } })
    const history = await database.sql`
      select changes from status_history where terminal_id = ${terminalId} order by at desc, id desc`
    expect(history[0]?.changes).toEqual({ printer: { before: 'ok', after: 'out_of_paper' } })
    expect(history).toHaveLength(3)
    const [kept] =
      await database.sql`select status, os from terminal_status where terminal_id = ${terminalId}`
    expect(kept).toMatchObject({ status: { printer: 'out_of_paper' }, os: 'Android 7.1.2' })
  })

  it('takes a hash alone where it knows it, else asks for the whole status', async () => {
    const { terminal } = await enrolled()
    const say = (json: unknown) => terminal.send('POST', '/check-in', { json })
    const unknown = await say({ statusHash: 'h1' })
    expect(unknown.status).toBe(409)
    expect(unknown.json()).toMatchObject({ code: 'status_required' })
    expect((await say({ status: { os: 'a' }, statusHash: 'h1' })).status).toBe(204)
    expect((await say({ statusHash: 'h1' })).status).toBe(204)
    expect((await say({ statusHash: 'h2' })).status).toBe(409)
    expect((await say({ status: { os: 'b' }, statusHash: 'h2' })).status).toBe(204)
    expect((await say({ statusHash: 'h1' })).status).toBe(409)
  })

  it('knows a hash that another server accepted', async () => {
    const { terminal } = await enrolled()
    const other = await openTerminalDoor(database, services)
    const elsewhere = new FakeTerminal(other.client, terminal.memory)
    await elsewhere.send('POST', '/check-in', { json: { status: { os: 'x' }, statusHash: 'from elsewhere' } })
    expect(
      (await terminal.send('POST', '/check-in', { json: { statusHash: 'from elsewhere' } })).status,
    ).toBe(204)
    await other.close()
  })

  it.each(['its hash', 'the whole status'])(
    'looks at the plan again when another server took in a new status, told by %s',
    async (told) => {
      const { terminal, serial } = await enrolled()
      const other = await openTerminalDoor(database, services)
      const elsewhere = new FakeTerminal(other.client, terminal.memory)
      const say = (by: FakeTerminal, json: unknown) => by.send('POST', '/check-in', { json })
      const bytes = Buffer.from(JSON.stringify({ serial, platform: 'wiseasy-wpos3', licId: 'LIC-MOVED' }))
      await importLicence(asOperator(), { fileName: 'l.json', bytes })
      await open.feed.catchUp()
      await say(terminal, { status: { licenses: [{ licId: 'LIC-MOVED' }] }, statusHash: 'holding' })
      expect((await say(terminal, { statusHash: 'holding' })).status).toBe(204)
      await say(elsewhere, { status: { licenses: [] }, statusHash: 'lost' })
      const again =
        told === 'its hash' ? { statusHash: 'lost' } : { status: { licenses: [] }, statusHash: 'lost' }
      expect((await say(terminal, again)).status).toBe(200)
      await other.close()
    },
  )

  const app = (n: number) => ({
    package: `com.example.app${n}`,
    versionCode: n,
    versionName: '1.0',
    signerSha256: 'AB'.repeat(32),
  })
  const many = <Item>(count: number, make: (n: number) => Item) =>
    Array.from({ length: count }, (_, n) => make(n))

  it('keeps what native code the terminal runs, and all its applications', async () => {
    const { terminal, terminalId } = await enrolled()
    const status = { abis: ['arm64-v8a', 'armeabi-v7a', 'armeabi'], apps: many(500, app) }
    expect((await terminal.send('POST', '/check-in', { json: { status } })).status).toBe(204)
    const [kept] = await database.sql`select status from terminal_status where terminal_id = ${terminalId}`
    expect(kept?.status).toEqual(status)
  })

  it.each([
    ['abis', many(17, (n) => `abi-${n}`)],
    ['abis', ['x'.repeat(33)]],
    ['abis', 'arm64-v8a'],
    ['apps', many(501, app)],
    ['apps', [{ package: 'com.example.app', versionCode: -1 }]],
    ['apps', [{ package: 'com.example.app', versionCode: '41' }]],
    ['apps', [{ package: 'com.example.app', signerSha256: 'ab' }]],
    ['apps', [{ versionCode: 41 }]],
  ])('refuses %s beyond their bounds, and names them', async (field, value) => {
    const { terminal } = await enrolled()
    const answer = await terminal.send('POST', '/check-in', { json: { status: { [field]: value } } })
    expect(answer.status).toBe(422)
    const { code, issues } = answer.json<{ code: string; issues: { path: string }[] }>()
    expect([code, issues[0]?.path.split('.').slice(0, 2)]).toEqual(['invalid_message', ['status', field]])
  })

  it('flags what differs from the registry and overwrites nothing', async () => {
    const { terminal, terminalId, serial } = await enrolled()
    await terminal.send('POST', '/check-in', { json: { status: { serial: 'ANOTHER', tid: '99' } } })
    const [kept] =
      await database.sql`select mismatches from terminal_status where terminal_id = ${terminalId}`
    expect(kept?.mismatches).toEqual(['serial'])
    const [registered] = await database.sql`select serial from terminals where id = ${terminalId}`
    expect(registered?.serial).toBe(serial)
  })

  it('files vitals and the clock’s error with the last-seen time', async () => {
    const { terminal, terminalId } = await enrolled()
    const localTime = new Date(Date.now() - 3_600_000).toISOString()
    await terminal.send('POST', '/check-in', { json: { vitals: { signalDbm: -91, localTime } } })
    await expect
      .poll(
        async () => {
          const [row] = await database.sql`
          select vitals->>'signalDbm' as signal, clock_skew_ms::float8 as skew, next_check_in_seconds as next
          from terminal_presence where terminal_id = ${terminalId}`
          return row?.signal === '-91' && Math.abs(row.skew + 3_600_000) < 10_000 && row.next > 0
        },
        { timeout: 5_000 },
      )
      .toBe(true)
  })

  it('is answered for a suspended terminal, which may do no more than hand over', async () => {
    const { terminal, terminalId } = await enrolled()
    await suspendTerminal(asOperator(), { terminalId })
    await told()
    expect((await terminal.checkIn()).status).toBe(204)
    await resumeTerminal(asOperator(), { terminalId })
    await told()
    expect((await terminal.checkIn()).status).toBe(204)
  })

  it('writes nothing and asks nothing when idle', async () => {
    const { terminal } = await enrolled()
    await terminal.checkIn()
    const before = await statements()
    for (let i = 0; i < 20; i++) expect((await terminal.checkIn()).status).toBe(204)
    const after = await statements()
    // Not one for each: only the beat that files last-seen times for all looks at the registry in between.
    expect(after.check_in_like - before.check_in_like).toBeLessThan(10)
  })

  /** Sessions keep what they counted for up to ten seconds: each one is made to tell it before it is read. */
  async function statements() {
    const tell = sql`select pg_stat_force_next_flush(), pg_sleep(0.05)`
    await Promise.all([
      ...Array.from({ length: 10 }, () => database.db.execute(tell)),
      ...Array.from({ length: 6 }, () => database.sql`select pg_stat_force_next_flush(), pg_sleep(0.05)`),
    ])
    const [row] = await database.sql`
      select coalesce(sum(n_tup_ins + n_tup_upd), 0)::float8 + coalesce(sum(idx_scan + seq_scan), 0)::float8 as check_in_like
      from pg_stat_user_tables where relname in ('terminal_status', 'terminals', 'credentials', 'terminal_actions')`
    return row as unknown as { check_in_like: number }
  }
})

describe('bad input', () => {
  let terminal: FakeTerminal
  beforeAll(async () => {
    terminal = (await enrolled()).terminal
  })
  const post = (body: Buffer | string, headers: Record<string, string> = {}) =>
    terminal.send('POST', '/check-in', { body: Buffer.from(body), headers })

  it.each([
    ['half a JSON', '{"status":', 400, 'malformed_json'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'malformed_json'],
    ['an empty body', '', 400, 'malformed_json'],
    ['a list', '[]', 422, 'invalid_message'],
    ['a number for a text', '{"status":{"os":7}}', 422, 'invalid_message'],
    ['a text far too long', `{"status":{"os":"${'x'.repeat(200)}"}}`, 422, 'invalid_message'],
    ['a body far too large', `{"x":"${'x'.repeat(300_000)}"}`, 413, 'body_too_large'],
  ])('%s is refused with the right words', async (_what, body, status, code) => {
    const answer = await post(body)
    expect(answer.status).toBe(status)
    expect(answer.json()).toMatchObject({ status, code })
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(Number(answer.headers['content-length'])).toBe(answer.body.length)
  })

  it('names the field that is wrong', async () => {
    const answer = await post('{"vitals":{"battery":{"percent":101}}}')
    expect(answer.json()).toMatchObject({ issues: [{ path: 'vitals.battery.percent' }] })
  })

  it('ignores fields it does not know', async () => {
    expect((await post('{"status":{"colour":"red"},"mood":"good"}')).status).toBe(204)
  })

  it('takes gzip, and refuses a bomb, a torso and other codings', async () => {
    const gzip = { 'Content-Encoding': 'gzip' }
    expect((await post(gzipSync('{"vitals":{"signalDbm":-50}}'), gzip)).status).toBe(204)
    expect((await post(gzipSync(Buffer.alloc(50_000_000)), gzip)).json()).toMatchObject({
      code: 'body_too_large',
    })
    expect((await post(gzipSync('{}').subarray(0, 10), gzip)).json()).toMatchObject({
      code: 'malformed_gzip',
    })
    expect((await post('{}', { 'Content-Encoding': 'br' })).status).toBe(415)
    expect((await post('{}', { 'Content-Type': 'text/xml' })).status).toBe(415)
  })

  it('knows its paths and methods', async () => {
    expect((await terminal.send('GET', '/nothing')).status).toBe(404)
    const wrong = await terminal.send('GET', '/check-in')
    expect(wrong.status).toBe(405)
    expect(wrong.headers.allow).toBe('POST')
    expect((await terminal.send('POST', '/actions/%E0%A4%A/result', { json: {} })).status).toBe(404)
    expect(
      (await terminal.send('POST', '/actions/not-an-id/result', { json: { state: 'installed' } })).status,
    ).toBe(404)
  })

  it('lets a body that never ends hang nobody else up', async () => {
    const url = new URL(open.url)
    const socket = net.connect(Number(url.port), url.hostname)
    socket.write(
      `POST /terminal/v1/check-in HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${terminal.token}\r\nContent-Length: 100\r\n\r\n{"st`,
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await terminal.checkIn()).status).toBe(204)
    socket.destroy()
  })
})

describe('limits', () => {
  it('are per terminal, with words and a time to come again', async () => {
    const strict = await openTerminalDoor(
      database,
      await makeServices(database, { env: { TERMINAL_REQUESTS_PER_MINUTE: '10' } }),
    )
    const { terminal: one } = await enrolled()
    const { terminal: two } = await enrolled()
    const limited = new FakeTerminal(strict.client, one.memory)
    const free = new FakeTerminal(strict.client, two.memory)
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push((await limited.send('POST', '/check-in', { json: {} })).status)
    expect(statuses.filter((status) => status === 204)).toHaveLength(10)
    const refused = await limited.send('POST', '/check-in', { json: {} })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await free.send('POST', '/check-in', { json: {} })).status).toBe(204)
    await strict.close()
  })

  it('are stricter for strangers, and never touch those who are known behind the same address', async () => {
    const strict = await openTerminalDoor(
      database,
      await makeServices(database, { env: { STRANGER_REQUESTS_PER_MINUTE: '10' } }),
    )
    const { terminal } = await enrolled()
    const known = new FakeTerminal(strict.client, terminal.memory)
    const statuses: number[] = []
    for (let i = 0; i < 15; i++) {
      const answer = await strict.client.send({
        method: 'GET',
        path: '/terminal/v1/license',
        token: mintToken('pst_'),
      })
      statuses.push(answer.status)
    }
    expect(statuses.slice(0, 10)).toEqual(new Array(10).fill(401))
    expect(statuses.slice(10)).toEqual(new Array(5).fill(429))
    expect((await known.send('POST', '/check-in', { json: {} })).status).toBe(204)
    await strict.close()
  })
})

describe('what is kept of all this', () => {
  it('is never a token or a code', async () => {
    const { terminal, enrollmentCode } = await enrolled()
    const dump = await database.db.execute(sql`
      select (select json_agg(a) from audit_entries a)::text || (select json_agg(c) from enrollment_codes c)::text
        || (select json_agg(c) from credentials c)::text as all`)
    const text = String(dump[0]?.all)
    expect(text).not.toContain(terminal.token)
    expect(text).not.toContain(enrollmentCode)
    expect(text).toContain(
      createHash('sha256')
        .update(terminal.token ?? '')
        .digest('hex'),
    )
  })
})
