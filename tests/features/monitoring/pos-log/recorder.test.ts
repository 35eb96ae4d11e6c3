import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../../../src/core/ids'
import { connect, type RawSql } from '../../../../src/db/client'
import { PosLogRecorder } from '../../../../src/features/monitoring/pos-log/recorder'
import { posLogWriter } from '../../../../src/features/monitoring/pos-log/write'
import type { Exchanged } from '../../../../src/terminal/traffic'
import { useTestDatabase } from '../../../support/postgres'
import { exchanged } from './entries'

const database = useTestDatabase()
let logSql: RawSql
beforeAll(() => {
  logSql = connect(database.app, { max: 1, applicationName: 'psm-test-log' })
})
afterAll(() => logSql.end())
const terminalId = newId()
const SOON = { timeout: 10_000, interval: 50 }

const makeRecorder = (more: Partial<ConstructorParameters<typeof PosLogRecorder>[0]> = {}) =>
  new PosLogRecorder({
    ...{
      writer: posLogWriter(logSql),
      maxWaiting: 10,
      maxWaitingBytes: 100_000,
      batchRows: 4,
      maxBatches: 2,
    },
    ...{ lateIntervals: 3, writeRunsEveryMs: 600_000, terminalIdOf: () => terminalId, isBusy: () => false },
    ...more,
  })

/** Each is a row of its own. */
const told = (n: number, atMs = Date.now()) =>
  exchanged({ terminalId, atMs, status: 200, code: undefined, requestId: `r${n}` })

const kept = async () =>
  (await database.sql<{ id: string }[]>`select request_id as id from pos_log l order by l.at, l.id`).map(
    ({ id }) => id,
  )
const gaps = () =>
  database.sql<{ dropped: number; ms: number }[]>`
    select dropped::int as dropped, (extract(epoch from to_at - from_at) * 1000)::int as ms from pos_log_gaps order by id`

beforeEach(async () => {
  await database.sql`delete from pos_log`
  await database.sql`delete from pos_log_gaps`
})

describe('the recorder', () => {
  it('writes in batches, in the order in which requests came, as far as one beat goes', async () => {
    const recorder = makeRecorder()
    const atMs = Date.now()
    for (let n = 0; n < 10; n++) recorder.note(told(n, atMs))
    expect(recorder.waiting).toBe(10)
    await recorder.flush(atMs)
    expect(await kept()).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7'])
    expect(recorder.waiting).toBe(2)
    await recorder.flush(atMs)
    expect((await kept()).length).toBe(10)
  })

  it('drops what has no room, counts it, and the log says where', async () => {
    const recorder = makeRecorder()
    const atMs = Date.now()
    for (let n = 0; n < 13; n++) recorder.note(told(n, atMs + n))
    expect([recorder.waiting, recorder.dropped]).toEqual([10, 3])
    await recorder.flush(atMs + 20)
    expect(await gaps()).toEqual([])
    await recorder.flush(atMs + 10_000)
    expect(await gaps()).toEqual([{ dropped: 3, ms: 2 }])
    await recorder.flush(atMs + 20_000)
    expect((await gaps()).length).toBe(1)
  })

  it('counts the bytes of bodies as well', () => {
    const recorder = makeRecorder()
    for (let n = 0; n < 5; n++) recorder.note({ ...told(n), request: {}, heldBytes: 30_000 })
    expect([recorder.waiting, recorder.dropped]).toEqual([3, 2])
  })

  it('opens no run whose row it dropped: the next request gets one', async () => {
    const recorder = makeRecorder({ maxWaiting: 1 })
    const refused = exchanged({ terminalId })
    recorder.note(told(0))
    recorder.note(refused)
    expect([recorder.dropped, recorder.isCounted(refused)]).toEqual([1, false])
    await recorder.flush(Date.now())
    recorder.note({ ...refused, requestId: 'run' })
    expect(recorder.isCounted(refused)).toBe(true)
    await recorder.close()
    const [run] = await database.sql`select count, request_id from pos_log where status = 422`
    expect(run).toEqual({ count: 2, request_id: 'run' })
  })

  it('brings a row up to date only once it is there', async () => {
    const recorder = makeRecorder({ batchRows: 1, maxBatches: 1 })
    const atMs = Date.now()
    const idle = exchanged({
      terminalId,
      status: 204,
      code: undefined,
      alike: 'idle',
      nextSeconds: 300,
      atMs,
    })
    recorder.note(told(0, atMs))
    recorder.note(idle)
    recorder.isCounted({ ...idle, atMs: atMs + 5, durationMs: 44 })
    recorder.note(told(1, atMs))
    const run = async () => (await database.sql`select count, duration_ms from pos_log where status = 204`)[0]
    await recorder.flush(atMs)
    expect(await run()).toBeUndefined()
    await recorder.flush(atMs)
    expect(await run()).toEqual({ count: 2, duration_ms: 44 })
  })

  it('takes no other entry with one that cannot be stored', async () => {
    const recorder = makeRecorder()
    const atMs = Date.now()
    recorder.note(told(0, atMs))
    recorder.note({ ...told(1, atMs), terminalId: 'no id' })
    recorder.note(told(2, atMs))
    await recorder.flush(atMs)
    expect(await kept()).toEqual(['r0', 'r2'])
    expect([recorder.waiting, recorder.dropped]).toEqual([0, 1])
  })

  it('drops counts that cannot be stored, and goes on', async () => {
    const recorder = makeRecorder()
    const idle = exchanged({ terminalId, status: 204, code: undefined, alike: 'idle', nextSeconds: 300 })
    recorder.note(idle)
    // Longer than any duration that has room in its column.
    recorder.isCounted({ ...idle, durationMs: 4_000_000_000 })
    await recorder.close()
    expect((await database.sql`select count from pos_log`)[0]).toEqual({ count: 1 })
    expect(recorder.dropped).toBe(1)
  })

  it('stores texts of every kind', async () => {
    const recorder = makeRecorder()
    recorder.note({ ...told(0), about: 'GET /\0\ud800я', address: '::1\0', request: { '\0': '\ud800' } })
    await recorder.close()
    expect((await database.sql`select about, address from pos_log`)[0]).toEqual({
      about: 'GET /\ufffd\ufffdя',
      address: '::1\ufffd',
    })
  })

  it('makes the table of a day that has none', async () => {
    const recorder = makeRecorder()
    recorder.note(told(0, Date.now() - 20 * 86_400_000))
    await recorder.close()
    expect(await kept()).toEqual(['r0'])
    expect(recorder.dropped).toBe(0)
  })
})

describe('idle check-ins of a busy server', () => {
  const atMs = Date.now() - 60_000
  const idle = (slot: number, more: Partial<Exchanged> = {}) =>
    exchanged({
      ...{ terminalId, slot, status: 204, code: undefined, alike: 'idle', nextSeconds: 300, atMs, ...more },
    })
  /** As the door does it. */
  const tell = (recorder: PosLogRecorder, one: Exchanged) => recorder.isCounted(one) || recorder.note(one)
  const rows = () =>
    database.sql<{ count: number; id: string; ms: number; bytes: number }[]>`
      select count, request_id as id, (extract(epoch from last_at - at) * 1000)::int as ms, request_bytes::int as bytes
      from pos_log where status = 204 order by id`

  it('are all in the log, as many as there were: those above a batch without contents, as time allows', async () => {
    let isBusy = true
    const recorder = makeRecorder({ isBusy: () => isBusy })
    for (let slot = 0; slot < 30; slot++) tell(recorder, idle(slot))
    for (let slot = 0; slot < 30; slot++) tell(recorder, idle(slot, { atMs: atMs + 7, durationMs: 44 }))
    expect([recorder.waiting, recorder.dropped]).toEqual([30, 0])
    await recorder.flush(atMs)
    expect((await rows()).length).toBe(4)
    await recorder.flush(atMs)
    expect((await rows()).length).toBe(8)
    isBusy = false
    for (let beat = 0; beat < 5; beat++) await recorder.flush(atMs)
    expect([recorder.waiting, recorder.dropped]).toEqual([0, 0])
    expect(await rows()).toContainEqual({ count: 2, id: '', ms: 7, bytes: 100 })
    await recorder.close()
    const all = await rows()
    expect([all.length, all.filter(({ count }) => count === 2).length]).toEqual([30, 30])
    expect(all.filter(({ id }) => id === '').length).toBe(26)
    expect(await gaps()).toEqual([])
  })

  it('go on in the row they got', async () => {
    const recorder = makeRecorder({ batchRows: 1, isBusy: () => true })
    tell(recorder, idle(0))
    for (let n = 0; n < 3; n++) tell(recorder, idle(1, { atMs: atMs + n }))
    await recorder.flush(atMs)
    await recorder.flush(atMs)
    for (let n = 3; n < 6; n++) tell(recorder, idle(1, { atMs: atMs + n }))
    recorder.note(exchanged({ terminalId, slot: 1, atMs: atMs + 9 }))
    await recorder.close()
    expect(await rows()).toMatchObject([{ count: 1 }, { count: 6, ms: 5 }].reverse())
    expect(recorder.dropped).toBe(0)
  })

  it('are a row before what their terminal asks next', async () => {
    const recorder = makeRecorder({ batchRows: 1, isBusy: () => true })
    tell(recorder, idle(0))
    tell(recorder, idle(1))
    recorder.note(exchanged({ terminalId, slot: 1, requestId: 'next', atMs: atMs + 1 }))
    await recorder.close()
    expect(await kept()).toEqual(['test-1', '', 'next'])
  })

  it('are counted as missing where a server stops that could not write them', async () => {
    const recorder = makeRecorder({ isBusy: () => true })
    for (let slot = 0; slot < 30; slot++) tell(recorder, idle(slot))
    for (let slot = 0; slot < 30; slot++) tell(recorder, idle(slot))
    await recorder.close()
    expect((await rows()).length).toBe(10)
    expect([recorder.dropped, (await gaps()).map(({ dropped }) => dropped)]).toEqual([40, [40]])
  })

  it('begin with their contents again once there is time', async () => {
    let isBusy = true
    const recorder = makeRecorder({ isBusy: () => isBusy, batchRows: 1 })
    for (let slot = 0; slot < 3; slot++) tell(recorder, idle(slot))
    isBusy = false
    for (let beat = 0; beat < 3; beat++) await recorder.flush(atMs)
    tell(recorder, idle(4, { requestId: 'whole' }))
    await recorder.close()
    expect((await rows()).map(({ id }) => id)).toEqual(['', '', 'test-1', 'whole'])
  })
})

describe('a database that is away', () => {
  it('loses nothing that has room: what could not be written waits and is written once', async () => {
    const recorder = makeRecorder({ maxWaiting: 100, batchRows: 100 })
    let release = () => {}
    const until = new Promise<void>((resolve) => {
      release = resolve
    })
    let isHeld = false
    const holding = database.sql.begin(async (tx) => {
      await tx`lock table pos_log in access exclusive mode`
      isHeld = true
      await until
    })
    await expect.poll(() => isHeld, SOON).toBe(true)
    for (let n = 0; n < 20; n++) recorder.note(told(n))
    const flushing = recorder.flush(Date.now()).then(
      () => 'written',
      (error: { code?: string }) => error.code,
    )
    const killed = async () =>
      (
        await database.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and application_name = 'psm-test-log'`
      ).count
    await expect.poll(killed, SOON).toBe(1)
    expect(await flushing).not.toBe('written')
    expect(recorder.waiting).toBe(20)
    release()
    await holding
    await expect
      .poll(
        () =>
          recorder.flush(Date.now()).then(
            () => recorder.waiting,
            () => -1,
          ),
        SOON,
      )
      .toBe(0)
    expect(await kept()).toEqual(Array.from({ length: 20 }, (_, n) => `r${n}`))
    expect(recorder.dropped).toBe(0)
  })

  it('drops what does not fit while it waits, and never keeps a request', async () => {
    let hang = () => {}
    const hanging = new Promise<void>((resolve) => {
      hang = resolve
    })
    const writer = posLogWriter(logSql)
    const recorder = makeRecorder({
      writer: { ...writer, insert: async (entries) => hanging.then(() => writer.insert(entries)) },
    })
    recorder.note(told(0))
    const flushing = recorder.flush(Date.now())
    for (let n = 1; n < 25; n++) recorder.note(told(n))
    expect([recorder.waiting, recorder.dropped]).toEqual([10, 15])
    hang()
    await flushing
    await recorder.close()
    expect((await kept()).length).toBe(10)
    expect((await gaps()).map(({ dropped }) => dropped)).toEqual([15])
  })
})
