import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { getJob, listJobRuns, listJobs } from '../../../src/features/jobs/queries'
import { runJobNow, stopJob } from '../../../src/features/jobs/service'
import { publishJobs } from '../../../src/jobs/definitions'
import { type Job, runJob } from '../../../src/jobs/schedule'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
const never = new AbortController().signal
let services: Services
let admin: Ctx

const job = (name: string, more: Partial<Job> = {}): Job => ({
  name,
  schedule: '0 30 4 * * *',
  runsAtStart: false,
  run: async () => ({ rows: 3 }),
  ...more,
})
const archive = job('archive', { isDryRunnable: true })
const sweep = job('sweep')

beforeAll(async () => {
  services = await makeServices(database, { clock: { now: () => new Date('2026-11-26T04:00:00Z') } })
  admin = makeCtx(services, operator('admin'))
})
beforeEach(async () => {
  await database.sql`delete from job_definitions`
  await database.sql`delete from job_leases`
  await database.sql`delete from job_runs`
  await publishJobs(database.sql, [archive, sweep])
})

/** A run that has begun and not ended, under a lease that is alive or not. */
async function underWay(name: string, isAlive = true): Promise<string> {
  const id = newId()
  await database.sql`
    insert into job_leases (name, holder, fence, expires_at)
    values (${name}, 'a', 5, now() + make_interval(secs => ${isAlive ? 60 : -60}))`
  await database.sql`
    insert into job_runs (id, name, holder, fence, started_at, progress)
    values (${id}, ${name}, 'a', 5, now(), '{"done": 1, "total": 4}')`
  return id
}
const auditOf = (name: string) => database.sql`
  select action, changes, actor_name as by from audit_entries
  where subject_kind = 'job' and subject_id = ${name} order by seq`

describe('the jobs', () => {
  it('are listed page by page with what is known of each', async () => {
    await runJob(services, archive, 'host-1', never)
    const first = await listJobs(admin, { limit: 1 })
    expect(first.items).toMatchObject([
      {
        name: 'archive',
        schedule: '0 30 4 * * *',
        nextAt: '2026-11-26T04:30:00.000Z',
        isDryRunnable: true,
        running: null,
        request: null,
        last: {
          server: 'host-1',
          outcome: 'done',
          isDryRun: false,
          requestedBy: null,
          error: null,
          details: { rows: 3 },
        },
      },
    ])
    const second = await listJobs(admin, { limit: 1, cursor: first.nextCursor ?? '' })
    expect(second).toMatchObject({ items: [{ name: 'sweep', last: null }], nextCursor: null })
  })

  it('show what is under way beside what was before', async () => {
    await runJob(services, archive, 'host-1', never)
    await database.sql`delete from job_leases`
    const id = await underWay('archive')
    expect(await getJob(admin, { name: 'archive' })).toMatchObject({
      running: { id, outcome: 'running', endedAt: null, progress: { done: 1, total: 4 } },
      last: { outcome: 'done' },
    })
  })

  it('show a run whose server died as lost, not as running for ever', async () => {
    await underWay('archive', false)
    const { running, last } = await getJob(admin, { name: 'archive' })
    expect([running, last]).toMatchObject([null, { outcome: 'lost', endedAt: null }])
  })

  it('show a lost run as lost while another one is under way', async () => {
    await underWay('archive')
    await database.sql`
      insert into job_runs (id, name, holder, fence, started_at)
      values ('01900000-0000-7000-8000-000000000000', 'archive', 'dead', 4, now() - interval '1 hour')`
    expect(await getJob(admin, { name: 'archive' })).toMatchObject({
      running: { server: 'a' },
      last: { outcome: 'lost', server: 'dead' },
    })
  })

  it.each([
    ['get', () => getJob(admin, { name: 'unheard-of' })],
    ['history', () => listJobRuns(admin, { name: 'unheard-of' })],
    ['run', () => runJobNow(admin, { name: 'unheard-of' })],
    ['stop', () => stopJob(admin, { name: 'unheard-of' })],
  ])('that nobody knows have none of: %s', async (_what, ask) => {
    await expect(ask()).rejects.toMatchObject({ code: 'job_not_found' })
  })
})

describe('the history of a job', () => {
  const broken = job('archive', {
    run: async () => {
      throw new Error('no room')
    },
  })

  beforeEach(async () => {
    for (const one of [archive, broken, archive]) {
      await database.sql`delete from job_leases`
      await runJob(services, one, 'host-1', never)
      // Runs of one millisecond have no order.
      await wait(2)
    }
    await runJob(services, sweep, 'host-1', never)
  })

  it('is paged, newest first, and is of that job alone', async () => {
    const first = await listJobRuns(admin, { name: 'archive', limit: 2 })
    expect(first.items.map((run) => run.outcome)).toEqual(['done', 'failed'])
    const second = await listJobRuns(admin, { name: 'archive', limit: 2, cursor: first.nextCursor ?? '' })
    expect([second.items.map((run) => run.outcome), second.nextCursor]).toEqual([['done'], null])
  })

  it('can be narrowed to what failed, with the reason', async () => {
    const { items } = await listJobRuns(admin, { name: 'archive', outcome: 'failed' })
    expect(items).toMatchObject([{ outcome: 'failed', error: 'no room', details: {} }])
  })

  it('can be narrowed to what is told by the leases', async () => {
    await database.sql`delete from job_leases`
    const id = await underWay('archive')
    const outcome = 'running'
    expect((await listJobRuns(admin, { name: 'archive', outcome })).items).toMatchObject([{ id }])
    await database.sql`update job_leases set expires_at = now() - interval '1 s'`
    expect((await listJobRuns(admin, { name: 'archive', outcome })).items).toEqual([])
    expect((await listJobRuns(admin, { name: 'archive', outcome: 'lost' })).items).toMatchObject([{ id }])
  })

  it('tells callers with limits that it was, not what was said', async () => {
    const limited = makeCtx(services, limitedOperator({ groupIds: [newId()] }))
    const { items } = await listJobRuns(limited, { name: 'archive' })
    expect(items.map(({ outcome, error, details }) => [outcome, error, details])).toEqual([
      ['done', null, {}],
      ['failed', null, {}],
      ['done', null, {}],
    ])
  })

  it('refuses a cursor of another list', async () => {
    const { nextCursor } = await listJobs(admin, { limit: 1 })
    await expect(listJobRuns(admin, { name: 'archive', cursor: nextCursor ?? '' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    })
  })
})

describe('asking for a run', () => {
  it('leaves a request that is shown, and an audit row', async () => {
    const asked = await runJobNow(admin, { name: 'archive', isDryRun: true })
    const request = { by: { kind: 'operator', name: 'the admin' }, isDryRun: true }
    expect(asked).toMatchObject({ request, running: null })
    expect(await auditOf('archive')).toMatchObject([
      { action: 'job.run_requested', by: 'the admin', changes: { isDryRun: { before: null, after: true } } },
    ])
    await runJob(services, archive, 'host-1', never, 'request')
    expect(await getJob(admin, { name: 'archive' })).toMatchObject({
      request: null,
      last: { isDryRun: true, requestedBy: request.by },
    })
  })

  it('is refused while the job runs, and leaves nothing', async () => {
    await underWay('archive')
    await expect(runJobNow(admin, { name: 'archive' })).rejects.toMatchObject({ code: 'job_running' })
    expect(await getJob(admin, { name: 'archive' })).toMatchObject({ request: null })
  })

  it('is refused while it has been asked for', async () => {
    const program = makeCtx(services, integrator('jobs:run'))
    const asked = await Promise.allSettled([admin, program].map((ctx) => runJobNow(ctx, { name: 'sweep' })))
    expect(asked.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(asked.find((one) => one.status === 'rejected')?.reason).toMatchObject({ code: 'job_requested' })
  })

  it('is refused dry where the job cannot do that', async () => {
    await expect(runJobNow(admin, { name: 'sweep', isDryRun: true })).rejects.toMatchObject({
      code: 'job_not_dry_runnable',
    })
  })

  it('is not for operators, nor for administrators with limits', async () => {
    const ask = (ctx: Ctx) => runJobNow(ctx, { name: 'archive' })
    await expect(ask(makeCtx(services, operator()))).rejects.toMatchObject({ code: 'forbidden' })
    const limited = makeCtx(services, { ...limitedOperator({}), role: 'admin' } as Ctx['actor'])
    await expect(ask(limited)).rejects.toMatchObject({ code: 'job_beyond_limits' })
    await expect(stopJob(limited, { name: 'archive' })).rejects.toMatchObject({ code: 'job_beyond_limits' })
  })
})

describe('stopping a job', () => {
  it('is asked of the run that is under way, once, and is in the audit log', async () => {
    await underWay('archive')
    expect(await stopJob(admin, { name: 'archive' })).toMatchObject({ running: { stopAskedBy: 'the admin' } })
    await stopJob(makeCtx(services, integrator('jobs:run')), { name: 'archive' })
    expect(await getJob(admin, { name: 'archive' })).toMatchObject({ running: { stopAskedBy: 'the admin' } })
    expect((await auditOf('archive')).filter((row) => row.action === 'job.stop_requested')).toHaveLength(1)
  })

  it('takes back a request that has not begun', async () => {
    await runJobNow(admin, { name: 'sweep' })
    expect(await stopJob(admin, { name: 'sweep' })).toMatchObject({ request: null, running: null })
    expect((await auditOf('sweep')).at(-1)).toMatchObject({ action: 'job.request_withdrawn' })
    expect(await runJob(services, sweep, 'a', never, 'request')).toBe(false)
  })

  it('takes the request with it: no server begins anew what was to end', async () => {
    await runJobNow(admin, { name: 'archive' })
    const down = new AbortController()
    const stopped: Job = {
      ...archive,
      async run() {
        await stopJob(admin, { name: 'archive' })
        down.abort()
        return {}
      },
    }
    await runJob(services, stopped, 'a', down.signal, 'request')
    expect(await runJob(services, archive, 'b', never, 'request')).toBe(false)
  })

  it('is refused where there is nothing to stop', async () => {
    await underWay('sweep', false)
    await expect(stopJob(admin, { name: 'sweep' })).rejects.toMatchObject({ code: 'job_not_running' })
  })
})
