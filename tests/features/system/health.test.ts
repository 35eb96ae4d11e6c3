import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../../src/core/context'
import { startHeartbeat } from '../../../src/features/system'
import { type HealthFacts, judgeHealth, worstOf } from '../../../src/features/system/decide'
import { getHealth } from '../../../src/features/system/health'
import { CHECKS, FINDINGS, HEALTH_STATES } from '../../../src/features/system/lists'
import { en } from '../../../src/i18n/en'
import { publishJobs } from '../../../src/jobs/definitions'
import { createMinutes } from '../../../src/server/minutes'
import { useTestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

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
