import { buffer, text as textOf } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkKey } from '../../../../src/blobs/keys'
import type { Ctx, Services } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { codingOf } from '../../../../src/features/monitoring/ecr-logs/decode'
import { openLogFile, openLogsZip } from '../../../../src/features/monitoring/ecr-logs/downloads'
import { findLog, getEcrLog, listEcrLogs } from '../../../../src/features/monitoring/ecr-logs/find'
import { ecrLogJobs } from '../../../../src/features/monitoring/ecr-logs/jobs'
import { findEcrLogTime, readEcrLog, searchEcrLog } from '../../../../src/features/monitoring/ecr-logs/read'
import { listEcrLogRequests, requestEcrLog } from '../../../../src/features/monitoring/ecr-logs/requests'
import { directionsOf, rowEndsOf, rowsOf, timeOf } from '../../../../src/features/monitoring/ecr-logs/rows'
import { keepLog } from '../../../../src/features/monitoring/ecr-logs/store'
import { createApiKey } from '../../../../src/features/operators'
import { registerTerminal } from '../../../../src/features/terminals'
import { ecrLog } from '../../../../src/tools/simulator/ecr/log'
import { chanceOf } from '../../../../src/tools/simulator/random'
import { openFaces } from '../../../support/faces'
import { useTestDatabase } from '../../../support/postgres'
import { jobRun, limitedOperator, makeCtx, makeServices, operator } from '../../../support/services'

const database = useTestDatabase()
let services: Services
let me: Ctx
const terminals: string[] = []

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
  for (const serial of ['A-1', 'A-2', 'B-1'])
    terminals.push(
      (
        await registerTerminal(me, {
          serial,
          platform: 'other',
          tids: [{ acquirer: 'bank', tid: `0000${serial.replace('-', '')}`, mid: '' }],
        })
      ).id,
    )
})

async function keep(at: number, name: string, text: string, period: { from?: string; to?: string } = {}) {
  const moment = (one?: string) => (one === undefined ? null : new Date(one))
  const { id } = await keepLog(
    me,
    {
      terminalId: terminals[at] as string,
      name,
      coding: codingOf(undefined, undefined),
      from: moment(period.from),
      to: moment(period.to),
    },
    (async function* () {
      for (let from = 0; from < text.length; from += 50_000)
        yield Buffer.from(text.slice(from, from + 50_000))
    })(),
    () => text.length,
  )
  return id
}

/** Long enough for several blocks. */
const LONG = [
  ...ecrLog(chanceOf('reading'), {
    protocol: 'arcus2',
    tid: '00001234',
    from: new Date('2026-11-01T00:00:00Z'),
    to: new Date('2026-11-05T00:00:00Z'),
    leaksPerThousand: 0,
  }),
].join('')
const LINES = LONG.trimEnd().split('\n')

describe('a long log', () => {
  let logId: string
  beforeAll(async () => {
    logId = await keep(0, 'long.log', LONG)
  })

  it('is kept in blocks that are one gzip file together', async () => {
    const log = await findLog(me, logId)
    expect(log.blocks.length).toBeGreaterThan(2)
    expect(log.rows).toBe(LINES.length)
    const { stream } = await services.blobs.open(checkKey(log.blobKey))
    expect(gunzipSync(await buffer(stream)).toString()).toBe(LONG)
    expect(log.blocks.reduce((sum, one) => sum + one.packedBytes, 0)).toBe(log.packedBytes)
    expect([log.firstTime, log.lastTime]).toEqual([timeOf(LONG), expect.stringMatching(/^2026-11-0[45]T/)])
  })

  it('shows its end at once', async () => {
    const { rows, items } = await readEcrLog(me, { logId, count: 10 })
    expect(rows).toBe(LINES.length)
    expect(items.map((one) => one.text)).toEqual(LINES.slice(-10))
    expect(items[0]?.row).toBe(LINES.length - 10)
  })

  it('shows any part of it, over the borders of blocks too', async () => {
    const { blocks } = await findLog(me, logId)
    const border = blocks[1]?.row ?? 0
    const { items } = await readEcrLog(me, { logId, from: border - 3, count: 6 })
    expect(items.map((one) => [one.row, one.text])).toEqual(
      LINES.slice(border - 3, border + 3).map((text, at) => [border - 3 + at, text]),
    )
    expect((await readEcrLog(me, { logId, from: LINES.length + 5 })).items).toEqual([])
  })

  it('tells requests from answers, with the lines that belong to them', async () => {
    const { items } = await readEcrLog(me, { logId, from: 0, count: 12 })
    expect(items.map((one) => one.direction)).toEqual([
      'request',
      'request',
      null,
      'answer',
      ...Array.from({ length: 8 }, () => null),
    ])
  })

  it('is searched through, in several answers', async () => {
    const wanted = LINES.flatMap((line, row) => (/отклонено/i.test(line) ? [row] : []))
    const found: number[] = []
    let from: number | undefined = 0
    while (from !== undefined) {
      const answer: Awaited<ReturnType<typeof searchEcrLog>> = await searchEcrLog(me, {
        logId,
        text: 'ОТКЛОНЕНО',
        from,
        limit: 7,
      })
      expect(answer.items.length).toBeLessThanOrEqual(7)
      found.push(...answer.items.map((one) => one.row))
      from = answer.next ?? undefined
    }
    expect(found).toEqual(wanted)
    expect(wanted.length).toBeGreaterThan(7)
  })

  it('is entered at a time', async () => {
    for (const time of ['2026-11-01T00:00', '2026-11-02T12:00:00', '2026-11-04T23:00']) {
      const { row } = await findEcrLogTime(me, { logId, time })
      const whole = time.length === 16 ? `${time}:00` : time
      expect(row).toBe(LINES.findIndex((line) => (timeOf(line) ?? '') >= whole))
    }
    expect(await findEcrLogTime(me, { logId, time: '2027-01-01T00:00' })).toEqual({ row: null })
  })

  it('is saved as the text that it is, and the audit log says by whom', async () => {
    const { fileName, sizeBytes, stream } = await openLogFile(me, logId)
    expect(await textOf(stream)).toBe(LONG)
    expect(sizeBytes).toBe(Buffer.byteLength(LONG))
    expect(fileName).toMatch(/^A-1_20\d\d-\d\d-\d\d_long\.log$/)
    const [entry] =
      await database.sql`select actor_name, subject_label from audit_entries where action = 'ecr_log_export.made'`
    expect(entry).toEqual({ actor_name: 'the operator', subject_label: fileName })
  })

  it('is not there for who does not see its terminal', async () => {
    const stranger = makeCtx(services, limitedOperator({ groupIds: [] }))
    for (const ask of [
      () => getEcrLog(stranger, { logId }),
      () => readEcrLog(stranger, { logId }),
      () => searchEcrLog(stranger, { logId, text: 'xx' }),
      () => openLogFile(stranger, logId),
    ])
      await expect(ask()).rejects.toMatchObject({ code: 'ecr_log_not_found' })
    expect((await listEcrLogs(stranger, {})).items).toEqual([])
  })
})

describe('the list of logs', () => {
  beforeAll(async () => {
    await keep(1, 'small.log', 'x', { from: '2026-10-01T00:00:00Z', to: '2026-10-02T00:00:00Z' })
    await keep(2, 'card.log', 'card 4111111111111111', {
      from: '2026-10-05T00:00:00Z',
      to: '2026-10-06T00:00:00Z',
    })
  })
  const names = async (filter: object) => (await listEcrLogs(me, filter)).items.map((one) => one.name).sort()

  it.each([
    [{ search: 'A-' }, ['long.log', 'small.log']],
    [{ search: '0000B' }, ['card.log']],
    [{ tid: '0000A2' }, ['small.log']],
    [{ tid: '0000A' }, []],
    [{ minBytes: 1000 }, ['long.log']],
    [{ maxBytes: 1 }, ['small.log']],
    [{ hasCardNumbers: true }, ['card.log']],
    [{ hasCardNumbers: false, maxBytes: 100 }, ['small.log']],
    [{ from: '2026-10-01T12:00:00Z', to: '2026-10-05T00:00:00Z' }, ['small.log']],
    [{ from: '2026-10-02T00:00:01Z', to: '2026-10-07T00:00:00Z' }, ['card.log']],
  ])('is narrowed by %j', async (filter, found) => {
    expect(await names(filter)).toEqual(found)
  })

  it('comes in pages, the newest first', async () => {
    const first = await listEcrLogs(me, { limit: 2 })
    const second = await listEcrLogs(me, { limit: 2, cursor: first.nextCursor ?? '' })
    expect([...first.items, ...second.items].map((one) => one.name)).toEqual([
      'card.log',
      'small.log',
      'long.log',
    ])
    expect(second.nextCursor).toBeNull()
  })

  it('refuses a filter that it does not know', async () => {
    await expect(listEcrLogs(me, { tids: 'x' } as object)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('is saved as one ZIP', async () => {
    const { stream, fileName } = await openLogsZip(me, { search: 'A-' })
    const zip = await buffer(stream)
    expect(fileName).toMatch(/^ecr-logs-.*\.zip$/)
    expect(zip.subarray(0, 2).toString()).toBe('PK')
    for (const name of ['long.log', 'small.log']) expect(zip.includes(name)).toBe(true)
    expect(zip.includes('card.log')).toBe(false)
  })

  it('are named in an address, so many at most, and nothing but ids', async () => {
    const { url } = await openFaces(services)
    const { key } = await createApiKey(makeCtx(services, operator('admin')), {
      name: 'logs',
      scopes: ['ecr-logs:read'],
    })
    const get = (logIds: string) =>
      fetch(`${url}/api/v1/ecr-logs/export.zip?${new URLSearchParams({ logIds })}`, {
        headers: { Authorization: `Bearer ${key}` },
      })
    const [one] = (await listEcrLogs(me, { limit: 1 })).items
    const zip = await get(one?.id ?? '')
    expect([zip.status, zip.headers.get('content-type')]).toEqual([200, 'application/zip'])
    expect(Buffer.from(await zip.arrayBuffer()).includes(one?.name ?? 'none')).toBe(true)
    const many = Array.from({ length: 101 }, () => newId()).join(',')
    for (const wrong of ['', 'x', many]) expect((await get(wrong)).status).toBe(400)
    expect((await get(newId())).status).toBe(404)
  })

  it('are saved as one ZIP where they are named, all of them or none', async () => {
    const { items } = await listEcrLogs(me, {})
    const [one, two] = items
    const { stream } = await openLogsZip(me, { logIds: [one?.id ?? '', two?.id ?? ''] })
    const zip = await buffer(stream)
    expect(items.filter(({ name }) => zip.includes(name)).map(({ id }) => id)).toEqual([one?.id, two?.id])
    await expect(openLogsZip(me, { logIds: [one?.id ?? '', newId()] })).rejects.toMatchObject({
      code: 'ecr_log_not_found',
    })
    const stranger = makeCtx(services, limitedOperator({ groupIds: [] }))
    await expect(openLogsZip(stranger, { logIds: [one?.id ?? ''] })).rejects.toMatchObject({
      code: 'ecr_log_not_found',
    })
  })
})

describe('rows', () => {
  it('are all of the text, whatever it is, and none is longer than a row may be', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3_000, minLength: 0 })
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 8 }), (one, times) => {
        const bytes = Buffer.from(one.repeat(times))
        const ends = rowEndsOf(bytes)
        expect(ends.at(-1) ?? 0).toBe(bytes.length)
        let from = 0
        for (const end of ends) {
          expect(end - from).toBeGreaterThan(0)
          expect(end - from).toBeLessThanOrEqual(4_097)
          from = end
        }
        // No character is cut in two.
        expect(ends.map((end, at) => bytes.toString('utf8', ends[at - 1] ?? 0, end)).join('')).toBe(
          bytes.toString(),
        )
        expect(rowsOf(bytes)).toHaveLength(ends.length)
      }),
    )
  })

  it.each([
    ['2026-11-27 10:00:00.123 --> x', '2026-11-27T10:00:00'],
    ['[2026-11-27T10:00:00Z] x', '2026-11-27T10:00:00'],
    ['27.11.2026 10:00:00 x', '2026-11-27T10:00:00'],
    ['10:00:00 x', undefined],
    ['id 12026-11-27 10:00:001', undefined],
  ])('say when they were written: %s', (row, time) => {
    expect(timeOf(row)).toBe(time)
  })

  it.each([
    ['TX: 02 30', 'request'],
    ['<-- ok', 'answer'],
    ['ЗАПРОС оплата', 'request'],
    ['ОТВЕТ 00', 'answer'],
    ['RX after TX', 'answer'],
    ['PRXTX', null],
    ['nothing', null],
  ])('say who speaks: %s', (row, direction) => {
    expect(directionsOf([row])).toEqual([direction])
  })
})

describe('retention', () => {
  const [job] = ecrLogJobs
  const run = (env: Record<string, string>, isDryRun = false) =>
    makeServices(database, { env }).then((fresh) =>
      job?.run(
        makeCtx({ ...fresh, blobs: services.blobs }, { kind: 'job', name: 'test' }),
        jobRun({ isDryRun }),
      ),
    )

  it('says what it would do without doing it', async () => {
    await database.sql`update ecr_logs set received_at = now() - interval '40 days' where name = 'small.log'`
    expect(await run({ ECR_LOG_RETENTION_DAYS: '30' }, true)).toEqual({ aged: 1, oversized: 0, abandoned: 0 })
    expect((await listEcrLogs(me, {})).items).toHaveLength(3)
  })

  it('deletes logs that are too old, with their bytes', async () => {
    const [old] = await database.sql<
      { blob_key: string }[]
    >`select blob_key from ecr_logs where name = 'small.log'`
    expect(await run({ ECR_LOG_RETENTION_DAYS: '30' })).toMatchObject({ aged: 1 })
    expect((await listEcrLogs(me, {})).items.map((one) => one.name)).not.toContain('small.log')
    expect(await services.blobs.head(checkKey(old?.blob_key ?? ''))).toBeUndefined()
  })

  it('leaves no request that leads to a log that is gone', async () => {
    const period = { from: '2026-11-26T00:00:00Z', to: '2026-11-27T00:00:00Z' }
    const { id } = await requestEcrLog(me, { terminalId: terminals[2] as string, ...period })
    const logId = await keep(2, 'asked.log', 'asked', period)
    const asked = async () => (await listEcrLogRequests(me, { terminalId: terminals[2] })).items[0]
    expect(await asked()).toMatchObject({ id, outcome: 'answered', logId })
    await database.sql`update ecr_logs set received_at = now() - interval '40 days' where id = ${logId}`
    await run({ ECR_LOG_RETENTION_DAYS: '30' })
    expect(await asked()).toMatchObject({ id, outcome: 'answered', logId: null })
  })

  it('deletes the oldest of a terminal that has too much, and keeps its newest', async () => {
    const id = await keep(0, 'newer.log', 'newer')
    await database.sql`update ecr_logs set packed_bytes = 3000000 where terminal_id = ${terminals[0] as string}`
    expect(await run({ ECR_LOG_TERMINAL_MIB: '1' })).toMatchObject({ oversized: 1 })
    expect((await listEcrLogs(me, { terminalId: terminals[0] })).items.map((one) => one.id)).toEqual([id])
  })

  it('removes what a dead server left behind, and gives up what nobody answered', async () => {
    await database.sql`insert into ecr_logs (id, terminal_id, name, state, blob_key, charset, received_at)
      values (gen_random_uuid(), ${terminals[0] as string}, 'dead', 'coming', 'ecr-logs/ab/abcdef01-0000-4000-8000-000000000000', 'utf-8',
        now() - interval '2 days')`
    await database.sql`insert into ecr_log_requests (id, terminal_id, from_at, to_at, requested_by, requested_at)
      values (gen_random_uuid(), ${terminals[0] as string}, now() - interval '2 days', now(), 'x', now() - interval '31 days')`
    expect(await run({})).toMatchObject({ abandoned: 1, requestsGivenUp: 1 })
    expect(await database.sql`select 1 from ecr_logs where name = 'dead'`).toHaveLength(0)
  })
})
