import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { findEntries } from '../../../../src/features/monitoring/pos-log/find'
import {
  getPosLogEntry,
  listPosLog,
  summarisePosLog,
} from '../../../../src/features/monitoring/pos-log/queries'
import type { Entry } from '../../../../src/features/monitoring/pos-log/recorder'
import { watchPosLog } from '../../../../src/features/monitoring/pos-log/watch'
import { createGroup } from '../../../../src/features/terminals/service/places'
import { registerTerminal } from '../../../../src/features/terminals/service/register'
import { useTestDatabase } from '../../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../../support/services'
import { putEntries } from './entries'

const database = useTestDatabase()
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const NOW_MS = Date.now()
let services: Services
let me: Ctx
let groupId: string
const ids: Record<'first' | 'second', string> = { first: '', second: '' }

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator('viewer'))
  const admin = makeCtx(services, operator('admin'))
  groupId = (await createGroup(admin, { name: 'the second' })).id
  const register = async (serial: string, tid: string, groupIds: string[]) =>
    (
      await registerTerminal(admin, {
        serial,
        platform: 'other',
        groupIds,
        tids: [{ acquirer: '', tid, mid: '' }],
      })
    ).id
  ids.first = await register('POS-FIRST', '00000001', [])
  ids.second = await register('POS-SECOND', '00000002', [groupId])
  const at = (hours: number) => NOW_MS - hours * HOUR_MS
  const { first, second } = ids
  const fine = { status: 200, code: undefined }
  await putEntries(database.sql, [
    { terminalId: first, atMs: at(1), requestId: 'newest', request: { a: 1 } },
    { terminalId: first, atMs: at(2), ...fine, kind: 'eslips', items: 12 },
    { terminalId: second, atMs: at(2), ...fine, kind: 'license', about: 'LIC-1' },
    { terminalId: second, atMs: at(3), kind: 'eslips', status: 503, code: 'server_busy' },
    { terminalId: first, atMs: at(30 * 24 - 1), status: 204, code: undefined, alike: 'idle' },
    ...Array.from({ length: 20 }, (_, n) => ({
      terminalId: first,
      atMs: at(100 + n),
      status: 404,
      code: 'no_license',
    })),
  ])
})

const list = async (filter: Parameters<typeof listPosLog>[1], ctx = me) =>
  (await listPosLog(ctx, filter)).items
const shown = async (filter: Parameters<typeof listPosLog>[1], ctx = me) =>
  (await list(filter, ctx)).map(({ serial, kind, status }) => `${serial} ${kind} ${status}`)

describe('the POS log', () => {
  it('is listed newest first, with all that is known of a request but its bodies', async () => {
    const [newest, ...others] = await list({ limit: 4 })
    expect(newest).toEqual({
      entryId: expect.stringMatching(/^[0-9a-z]+-[0-9a-z]+$/),
      at: new Date(NOW_MS - HOUR_MS).toISOString(),
      lastAt: new Date(NOW_MS - HOUR_MS).toISOString(),
      ...{ count: 1, terminalId: ids.first, serial: 'POS-FIRST', kind: 'check-in', items: null, about: null },
      ...{ status: 422, code: 'invalid_message', requestBytes: 100, answerBytes: 50, durationMs: 3 },
      ...{ address: '10.0.0.7', isBrokenOff: false, hasBodies: true },
    })
    expect(others.map(({ kind }) => kind)).toEqual(['license', 'eslips', 'eslips'])
  })

  it.each<[string, Parameters<typeof listPosLog>[1], number]>([
    ['serial number', { serial: 'POS-SECOND' }, 2],
    ['serial number in another case', { serial: 'pos-second' }, 2],
    ['TID', { tid: '00000002' }, 2],
    ['kind', { kind: 'eslips' }, 2],
    ['status', { status: 404 }, 20],
    ['status and above', { statusFrom: 500 }, 1],
    ['what was refused', { statusFrom: 400 }, 22],
    ['status that is no refusal', { status: 204 }, 1],
    ['code', { code: 'server_busy' }, 1],
    ['serial and kind', { serial: 'POS-FIRST', kind: 'license' }, 0],
    ['kind and status', { kind: 'eslips', status: 200 }, 1],
    ['code and status that never go together', { code: 'no_license', status: 503 }, 0],
    ['a serial number nobody has', { serial: 'NOBODY' }, 0],
    ['a TID nobody has', { tid: '99999999' }, 0],
    [
      'period',
      {
        from: new Date(NOW_MS - 2.5 * HOUR_MS).toISOString(),
        to: new Date(NOW_MS - 1.5 * HOUR_MS).toISOString(),
      },
      2,
    ],
  ])('is searched by %s', async (_what, filter, count) => {
    expect((await list(filter)).length).toBe(count)
  })

  it('is searched by terminal, over all the days there are', async () => {
    expect((await list({ terminalId: ids.first })).length).toBe(23)
    expect((await list({ terminalId: ids.first })).at(-1)?.at).toBe(
      new Date(NOW_MS - (30 * 24 - 1) * HOUR_MS).toISOString(),
    )
  })

  it('is paged without losing or repeating an entry', async () => {
    const whole = (await list({})).map(({ entryId }) => entryId)
    const paged: string[] = []
    let cursor: string | undefined
    do {
      const page = await listPosLog(me, { limit: 3, cursor })
      paged.push(...page.items.map(({ entryId }) => entryId))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(paged).toEqual(whole)
    expect(whole.length).toBe(25)
    await expect(listPosLog(me, { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })

  it('says how far it looked where nothing was found within its bounds, and goes on from there', async () => {
    const filter = { statusFrom: 400, status: 503 }
    let after: { atMs: number; id: number } | undefined
    const found: string[] = []
    let pages = 0
    do {
      const page = await findEntries(me, filter, { after, limit: 10 }, { stride: 2, strides: 1 })
      found.push(...page.rows.map(({ kind }) => kind))
      after =
        page.nextCursor === null
          ? undefined
          : JSON.parse(Buffer.from(page.nextCursor, 'base64url').toString())
      if (Array.isArray(after)) after = { atMs: after[0], id: after[1] }
      pages++
      if (after !== undefined) expect(page.searchedTo).toBe(new Date(after.atMs).toISOString())
    } while (after !== undefined && pages < 100)
    expect(found).toEqual(['eslips'])
    expect(pages).toBeGreaterThan(5)
  })

  it('shows a caller with limits its own terminals alone', async () => {
    const limited = makeCtx(services, limitedOperator({ groupIds: [groupId] }))
    expect(await shown({}, limited)).toEqual(['POS-SECOND license 200', 'POS-SECOND eslips 503'])
    expect(await list({ terminalId: ids.first }, limited)).toEqual([])
    expect(await list({ serial: 'POS-FIRST' }, limited)).toEqual([])
    const [foreign] = await list({ terminalId: ids.first })
    const entry = getPosLogEntry(limited, { entryId: foreign?.entryId ?? '' })
    await expect(entry).rejects.toMatchObject({ code: 'pos_log_entry_not_found' })
    const summary = summarisePosLog(limited, { terminalId: ids.first })
    await expect(summary).rejects.toMatchObject({ code: 'terminal_not_found' })
  })

  it('finds the own terminals of a TID among however many of others', async () => {
    await database.sql`insert into terminals (id, serial, platform, state)
      select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'OTHERS-' || n, 'other', 'active' from generate_series(1, 60) n`
    await database.sql`insert into terminal_tids (terminal_id, acquirer, tid)
      select id, serial, '00000002' from terminals where serial like 'OTHERS-%'`
    const limited = makeCtx(services, limitedOperator({ groupIds: [groupId] }))
    expect(await shown({ tid: '00000002' }, limited)).toEqual([
      'POS-SECOND license 200',
      'POS-SECOND eslips 503',
    ])
    await database.sql`delete from terminals where serial like 'OTHERS-%'`
  })

  it('is closed to programs without its scope', async () => {
    const program = makeCtx(services, integrator('status:read'))
    await expect(listPosLog(program, {})).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('one entry', () => {
  it('is read with its bodies and the number of its request', async () => {
    const [newest] = await list({ limit: 1 })
    const entry = await getPosLogEntry(me, { entryId: newest?.entryId ?? '' })
    expect(entry).toEqual({ ...newest, requestId: 'newest', requestBody: '{"a":1}', answerBody: null })
  })

  it.each(['nothing', 'zzzzzzzzz-zzzzzzzzzzz', '1-1', 'a'])('is not there by the id %s', async (entryId) => {
    await expect(getPosLogEntry(me, { entryId })).rejects.toMatchObject({ code: 'pos_log_entry_not_found' })
  })
})

describe("a terminal's story", () => {
  it('is summed up by what was answered, the most frequent first', async () => {
    await database.sql`update pos_log set count = 7, last_at = at + interval '1 minute' where status = 204`
    const { groups, isWhole } = await summarisePosLog(me, { terminalId: ids.first })
    expect(groups.map(({ kind, status, code, count }) => [kind, status, code, count])).toEqual([
      ['check-in', 404, 'no_license', 20],
      ['check-in', 204, null, 7],
      ['check-in', 422, 'invalid_message', 1],
      ['eslips', 200, null, 1],
    ])
    expect(isWhole).toBe(true)
    const from = new Date(NOW_MS - DAY_MS).toISOString()
    expect((await summarisePosLog(me, { terminalId: ids.first, from })).groups.length).toBe(2)
  })
})

describe('holes of the log', () => {
  it('are shown on the page in whose time they ended, once, to callers with limits without their size', async () => {
    const at = (hours: number) => new Date(NOW_MS - hours * HOUR_MS).toISOString()
    for (const [from, to, dropped] of [
      [1.6, 1.5, 3],
      [50, 49, 1000],
    ] as const)
      await database.sql`insert into pos_log_gaps (from_at, to_at, dropped) values (${at(from)}, ${at(to)}, ${dropped})`
    const first = await listPosLog(me, { limit: 2 })
    expect(first.gaps).toEqual([{ from: at(1.6), to: at(1.5), dropped: 3 }])
    const second = await listPosLog(me, { limit: 50, cursor: first.nextCursor ?? undefined })
    expect(second.gaps).toEqual([{ from: at(50), to: at(49), dropped: 1000 }])
    // Whatever is looked for: what is missing might have been it.
    expect((await listPosLog(me, { serial: 'NOBODY' })).gaps.length).toBe(2)
    expect((await listPosLog(me, { from: at(10) })).gaps.length).toBe(1)
    const limited = makeCtx(services, limitedOperator({ groupIds: [groupId] }))
    expect((await listPosLog(limited, {})).gaps.map(({ dropped }) => dropped)).toEqual([null, null])
    await database.sql`delete from pos_log_gaps`
  })
})

describe('the live tail', () => {
  it('begins at once, gives what comes, and a run again when it has grown', async () => {
    const end = new AbortController()
    const stream = watchPosLog.run(me, { kind: 'token' }, end.signal)
    expect((await stream.next()).value).toEqual({ entries: [], gaps: [] })
    const put = (entry: Partial<Entry>) =>
      putEntries(database.sql, [
        { terminalId: ids.second, atMs: Date.now(), status: 200, code: undefined, ...entry },
      ])
    await put({ kind: 'files', id: 501 })
    await put({ kind: 'token', id: 502 })
    const first = (await stream.next()).value
    expect(first?.entries.map(({ kind, count }) => [kind, count])).toEqual([['token', 1]])
    await database.sql`update pos_log set count = 2 where id = 502`
    expect((await stream.next()).value?.entries.map(({ kind, count }) => [kind, count])).toEqual([
      ['token', 2],
    ])
    await database.sql`insert into pos_log_gaps (from_at, to_at, dropped) values (now(), now(), 5)`
    expect((await stream.next()).value).toMatchObject({ entries: [], gaps: [{ dropped: 5 }] })
    await database.sql`delete from pos_log_gaps`
    end.abort()
    expect((await stream.next()).done).toBe(true)
  })
})
