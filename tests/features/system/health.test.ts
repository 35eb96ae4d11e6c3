import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readSettings } from '../../../src/config'
import type { Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { createLogger } from '../../../src/core/log'
import { printOf } from '../../../src/core/secret-print'
import { depositKeys, printWrappingKeys } from '../../../src/features/keys'
import { startHeartbeat } from '../../../src/features/system'
import { type HealthFacts, judgeHealth, worstOf } from '../../../src/features/system/decide'
import { getHealth } from '../../../src/features/system/health'
import { CHECKS, FINDINGS, HEALTH_STATES } from '../../../src/features/system/lists'
import { registerTerminal } from '../../../src/features/terminals'
import { en } from '../../../src/i18n/en'
import { publishJobs } from '../../../src/jobs/definitions'
import { createMinutes } from '../../../src/server/minutes'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let services: Services
beforeAll(async () => {
  services = await makeServices(database)
})

const well: HealthFacts = {
  connections: 10,
  connectionLimit: 100,
  longestTransactionSeconds: 0,
  clockDifferenceMs: 3,
  tablesWithoutTomorrow: [],
  blobProblem: undefined,
  blobWriteProblem: undefined,
  blobHome: 'files',
  blobOther: null,
  isS3Named: false,
  freeBytes: 50,
  totalBytes: 100,
  failedJobs: [],
  overdueJobs: [],
  webhooksWaiting: 0,
  load: {
    terminals: 1,
    posLogWaiting: 0,
    posLogDropped: 0,
    eventLoopLagMs: 1,
    isFeedTrusted: true,
    terminalAnswers: { answered: 100, refused: 1, failed: 0 },
  },
  versions: ['1.0.0'],
  instances: 2,
  secretsApart: new Map(),
  isOpenWithoutTls: false,
}
const load = (more: Partial<HealthFacts['load']>) => ({ load: { ...well.load, ...more } })

describe('what is said of a server', () => {
  it('is that all is in order where it is', () => {
    const checks = judgeHealth(well)
    expect(checks.map(({ check }) => check)).toEqual([...CHECKS])
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(worstOf(checks)).toBe('ok')
  })

  it.each<[state: string, finding: string, facts: Partial<HealthFacts>]>([
    ['warn', 'connections_high', { connections: 80 }],
    ['bad', 'connections_out', { connections: 95 }],
    ['warn', 'transactions_long', { longestTransactionSeconds: 300 }],
    ['warn', 'clock_apart', { clockDifferenceMs: -5000 }],
    ['bad', 'partitions_missing', { tablesWithoutTomorrow: ['eslips'] }],
    ['bad', 'blobs_unreachable', { blobProblem: { code: 'blob_store_unreachable', reason: 'ECONNREFUSED' } }],
    ['bad', 'blobs_denied', { blobProblem: { code: 'blob_store_denied', reason: 'AccessDenied' } }],
    ['bad', 'blobs_bucket_missing', { blobProblem: { code: 'blob_bucket_missing', reason: 'NoSuchBucket' } }],
    [
      'bad',
      'blobs_not_writable',
      { blobWriteProblem: { code: 'blob_store_denied', reason: 'AccessDenied' } },
    ],
    ['bad', 'blobs_foreign', { blobProblem: { code: 'blob_store_foreign', reason: 'blob_store_foreign' } }],
    ['warn', 'blobs_two_places', { blobOther: 's3', isS3Named: true }],
    ['warn', 'blobs_s3_unused', { isS3Named: true }],
    ['warn', 'disk_low', { freeBytes: 9 }],
    ['bad', 'disk_full', { freeBytes: 2 }],
    ['warn', 'jobs_failed', { failedJobs: ['archive-eslips'] }],
    ['bad', 'jobs_overdue', { failedJobs: ['a'], overdueJobs: ['trim-records'] }],
    ['warn', 'webhooks_waiting', { webhooksWaiting: 1000 }],
    ['warn', 'pos_log_dropped', load({ posLogDropped: 1 })],
    ['bad', 'change_feed_behind', load({ isFeedTrusted: false })],
    ['bad', 'terminals_failing', load({ terminalAnswers: { answered: 100, refused: 0, failed: 1 } })],
    ['warn', 'terminals_refused', load({ terminalAnswers: { answered: 20, refused: 10, failed: 0 } })],
    ['warn', 'event_loop_late', load({ eventLoopLagMs: 200 })],
    ['warn', 'instances_differ', { versions: ['1.0.0', '1.1.0'] }],
    ['bad', 'auth_secret_differs', { secretsApart: new Map([['AUTH_SECRET', 'app1 ≠ app2']]) }],
    ['bad', 'wrapping_keys_differ', { secretsApart: new Map([['KEY_WRAPPING_KEYS', '2026: app1 ≠ app2']]) }],
    ['warn', 'address_open', { isOpenWithoutTls: true }],
  ])('is %s: %s', (state, finding, facts) => {
    const checks = judgeHealth({ ...well, ...facts })
    expect(checks.filter((one) => one.state !== 'ok')).toMatchObject([{ state, finding }])
    expect(worstOf(checks)).toBe(state)
  })

  it('has words for every check, finding and state, and for no other', () => {
    expect(Object.keys(en.system.check)).toEqual([...CHECKS])
    expect(Object.keys(en.system.finding).sort()).toEqual([...FINDINGS].sort())
    expect(Object.keys(en.system.state)).toEqual([...HEALTH_STATES])
  })
})

describe('the health of a server', () => {
  it('names the server, what it stands on and the others beside it', async () => {
    const { server } = services
    if (server === undefined) throw new Error('no server')
    const heartbeat = startHeartbeat({
      ...{ sql: database.sql, log: services.log, server },
      blobs: () => ({ epoch: 1, drainedEpoch: 1, stores: ['files'] }),
      secrets: () => printsOf({}),
    })
    await database.sql`
      insert into server_instances (id, host, version, runtime, started_at, seen_at) values
        (${randomUUID()}, 'other', '9.9.9', 'Deno 2', now() - interval '1 hour', now()),
        (${randomUUID()}, 'silent', '9.9.9', 'Deno 2', now() - interval '1 hour', now() - interval '2 minutes')`
    await expect
      .poll(async () => (await getHealth(makeCtx(services, operator('auditor')), {})).instances)
      .toMatchObject([
        { host: 'other', isThis: false },
        { id: server.id, isThis: true },
      ])
    const health = await getHealth(makeCtx(services, operator('admin')), {})
    expect(health.database).toMatchObject({ kind: 'embedded', version: expect.stringMatching(/^\d+/) })
    expect(health.database.tables).toHaveLength(10)
    expect(health.storage.freeBytes).toBeGreaterThan(0)
    expect(health.checks).toContainEqual(expect.objectContaining({ finding: 'instances_differ' }))
    await heartbeat.stop()
    expect(await database.sql`select host from server_instances order by host`).toMatchObject([
      { host: 'other' },
      { host: 'silent' },
    ])
  })

  it('tells of jobs whose last run failed, and of those that missed their beats', async () => {
    const schedule = '0 * * * * *'
    await publishJobs(
      database.sql,
      ['broken', 'forgotten', 'sound'].map((name) => ({
        name,
        schedule,
        runsAtStart: false,
        run: async () => ({}),
      })),
    )
    for (const [name, outcome, minutes] of [
      ['broken', 'failed', 1],
      ['forgotten', 'done', 60],
      ['sound', 'done', 1],
    ] as const)
      await database.sql`
        insert into job_runs (id, name, holder, fence, started_at, ended_at, outcome)
        values (${randomUUID()}, ${name}, 'a', 1, now() - make_interval(mins => ${minutes}), now(), ${outcome})`
    const { checks } = await getHealth(makeCtx(services, operator('admin')), {})
    expect(checks).toContainEqual(
      expect.objectContaining({ finding: 'jobs_overdue', values: { jobs: 'forgotten' } }),
    )
    await database.sql`delete from job_definitions where name = 'forgotten'`
    const later = await getHealth(makeCtx(services, operator('admin')), {})
    expect(later.checks).toContainEqual(
      expect.objectContaining({ finding: 'jobs_failed', values: { jobs: 'broken' } }),
    )
  })

  it('is not told to callers with limits, nor by a program beside the server', async () => {
    const limited = { ...limitedOperator({}), role: 'admin' } as const
    await expect(getHealth(makeCtx(services, limited), {})).rejects.toMatchObject({
      code: 'system_beyond_limits',
    })
    const { server: _, ...beside } = services
    await expect(getHealth(makeCtx(beside, operator('admin')), {})).rejects.toMatchObject({
      code: 'server_not_running',
    })
  })
})

const KEYS = ['old', 'new', 'next'].map((id) => `${id}:${randomBytes(32).toString('base64')}`)
/** Wrapping keys as a server is given them, the active one first. */
const keysOf = (...ids: string[]) =>
  ids.map((id) => KEYS.find((key) => key.startsWith(`${id}:`)) ?? id).join(',')

interface Given {
  secret?: string
  keys?: string
}
const printsOf = async ({ secret = 'of all servers', keys = keysOf('old') }: Given) => ({
  authSecret: printOf(secret),
  wrappingKeys: await printWrappingKeys(readSettings({ KEY_WRAPPING_KEYS: keys })),
})

/** A server as another one sees it; it has run for an hour and told of itself just now, unless it is said otherwise. */
async function runs(host: string, given: Given, sinceSeconds = 3600, seenSeconds = 0): Promise<string> {
  const id = newId()
  await database.sql`
    insert into server_instances (id, host, version, runtime, started_at, seen_at, secret_prints, prints_since)
    values (${id}, ${host}, '1.0.0', 'Node.js', now() - make_interval(secs => ${sinceSeconds}),
      now() - make_interval(secs => ${seenSeconds}), ${JSON.stringify(await printsOf(given))}::text::jsonb,
      now() - make_interval(secs => ${sinceSeconds}))`
  return id
}

describe('servers on one database', () => {
  beforeEach(() => database.sql`delete from server_instances`)

  const secretChecks = async () => {
    const { checks } = await getHealth(makeCtx(services, operator('admin')), {})
    return checks.filter(({ check }) => check === 'auth_secret' || check === 'wrapping_keys')
  }
  const fine = [
    { check: 'auth_secret', state: 'ok', finding: 'auth_secret_ok', values: {} },
    { check: 'wrapping_keys', state: 'ok', finding: 'wrapping_keys_ok', values: {} },
  ]

  it('are in order where their secrets are the same', async () => {
    for (const host of ['app1', 'app2', 'app3']) await runs(host, {})
    expect(await secretChecks()).toEqual(fine)
  })

  it('are told by name where one has another AUTH_SECRET, and no answer tells a print', async () => {
    await runs('app1', {})
    await runs('app2', { secret: 'of this one alone' })
    await runs('app3', {})
    const health = await getHealth(makeCtx(services, operator('auditor')), {})
    expect(health.state).toBe('bad')
    expect(health.checks).toContainEqual({
      ...{ check: 'auth_secret', state: 'bad', finding: 'auth_secret_differs' },
      values: { servers: 'app1, app3 ≠ app2' },
    })
    const { authSecret, wrappingKeys } = await printsOf({})
    for (const print of [authSecret, wrappingKeys[0]?.print]) {
      expect(print).toMatch(/^[0-9a-f]{32}$/)
      expect(JSON.stringify(health)).not.toContain(print)
    }
  })

  it('are told by their ids where they share a host', async () => {
    const one = await runs('tms', {})
    const other = await runs('tms', { secret: 'of this one alone' })
    expect((await secretChecks())[0]?.values).toEqual({ servers: `tms (${one}) ≠ tms (${other})` })
  })

  it('are not held against one that was killed before its successor came, nor one that has told nothing', async () => {
    await runs('app1', { secret: 'of before' }, 3600, 30)
    await runs('app1', {}, 20)
    await database.sql`
      insert into server_instances (id, host, version, runtime, started_at, seen_at)
      values (${newId()}, 'of an older version', '1.0.0', 'Node.js', now(), now())`
    expect(await secretChecks()).toEqual(fine)
  })

  it('are given time to read a file of wrapping keys that was just changed', async () => {
    await runs('app1', { keys: keysOf('new', 'old') }, 2)
    await runs('app2', {})
    expect(await secretChecks()).toEqual(fine)
  })

  it.each([
    ['the new key comes behind the old one', keysOf('old', 'new'), keysOf('old')],
    ['the new key comes to the front', keysOf('new', 'old'), keysOf('old', 'new')],
    ['the old key goes', keysOf('new'), keysOf('new', 'old')],
  ])('stay in order while wrapping keys are changed at one after the other: %s', async (_, done, waiting) => {
    await runs('app1', { keys: done })
    await runs('app2', { keys: waiting })
    expect(await secretChecks()).toEqual(fine)
  })

  it.each([
    ['lacks the key that another seals under', keysOf('new', 'old'), 'new: app1 ≠ app2 (–)'],
    ['has another key by the same id', `old:${randomBytes(32).toString('base64')}`, 'old: app1 ≠ app2'],
    ['shares no key at all', keysOf('next'), 'next: app1 ≠ app2 (–); old: app2 ≠ app1 (–)'],
  ])('are told where one %s', async (_, keys, told) => {
    await runs('app1', { keys })
    await runs('app2', {})
    const [, check] = await secretChecks()
    expect(check).toMatchObject({ state: 'bad', finding: 'wrapping_keys_differ' })
    expect(check?.values).toEqual({ keys: told })
  })

  it('are told where a key is taken away under which key files are sealed still', async () => {
    const before = await makeServices(database, { env: { KEY_WRAPPING_KEYS: keysOf('old') } })
    const { serial } = await registerTerminal(makeCtx(before, operator('admin')), {
      ...{ serial: 'SEALED-1', platform: 'other' },
    })
    await depositKeys(makeCtx(before, integrator('keys:deposit')), {
      ...{ serial, sequence: 1, bytes: randomBytes(80) },
    })
    await runs('app1', { keys: keysOf('new') })
    await runs('app2', { keys: keysOf('new', 'old') })
    expect((await secretChecks())[1]?.values).toEqual({ keys: 'old: app2 ≠ app1 (–)' })
    await database.sql`update key_files set wrapping_key = 'new'`
    expect(await secretChecks()).toEqual(fine)
  })

  it('say so in the log, once, and when it is over', async () => {
    const { server } = services
    if (server === undefined) throw new Error('no server')
    const lines: Record<string, unknown>[] = []
    const log = createLogger({
      ...{ level: 'info', stream: { write: (line) => void lines.push(JSON.parse(line)) } },
    })
    const told = () => lines.map(({ time, ...line }) => line)
    let given: Given = { secret: 'of this one alone', keys: keysOf('new') }
    await runs('app1', {})
    const heartbeat = startHeartbeat({
      ...{ sql: database.sql, log, server, secrets: () => printsOf(given) },
      blobs: () => ({ epoch: 1, drainedEpoch: 1, stores: ['files'] }),
    })
    const age = () => database.sql`
      update server_instances set prints_since = now() - interval '1 hour', host = 'app2' where id = ${server.id}
        and secret_prints is not null returning id`
    await expect.poll(async () => (await age()).count).toBe(1)
    expect(told()).toEqual([])
    heartbeat.tell()
    await expect.poll(() => lines.length).toBe(2)
    heartbeat.tell()
    const differ = { level: 'error', event: 'server_secrets_differ', server: server.id }
    expect(told()).toEqual([
      { ...differ, setting: 'AUTH_SECRET', instances: 'app1 ≠ app2' },
      { ...differ, setting: 'KEY_WRAPPING_KEYS', instances: 'new: app2 ≠ app1 (–); old: app1 ≠ app2 (–)' },
    ])
    given = {}
    heartbeat.tell()
    await expect.poll(() => lines.length).toBe(4)
    await heartbeat.stop()
    const agree = { level: 'info', event: 'server_secrets_agree' }
    expect(told().slice(2)).toEqual([
      { ...agree, setting: 'AUTH_SECRET' },
      { ...agree, setting: 'KEY_WRAPPING_KEYS' },
    ])
  })

  it('go on telling that they run where their secrets cannot be read', async () => {
    const { server } = services
    if (server === undefined) throw new Error('no server')
    const lines: string[] = []
    const heartbeat = startHeartbeat({
      ...{ sql: database.sql, server, secrets: () => Promise.reject(new Error('no file')) },
      log: createLogger({ level: 'info', stream: { write: (line) => void lines.push(line) } }),
      blobs: () => ({ epoch: 1, drainedEpoch: 1, stores: ['files'] }),
    })
    const rows = () => database.sql`select secret_prints from server_instances where id = ${server.id}`
    await expect.poll(rows).toEqual([{ secret_prints: null }])
    await heartbeat.stop()
    expect(lines.join()).toContain('server_secrets_not_read')
  })
})

describe('answers by the minute', () => {
  it('are those of the last whole minute', () => {
    const minutes = createMinutes()
    minutes.count(204, 60_000)
    minutes.count(401, 60_001)
    minutes.count(503, 119_999)
    expect(minutes.last(119_999)).toEqual({ answered: 0, refused: 0, failed: 0 })
    expect(minutes.last(120_000)).toEqual({ answered: 3, refused: 1, failed: 1 })
    expect(minutes.last(180_000)).toEqual({ answered: 0, refused: 0, failed: 0 })
  })
})
