import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Services } from '../../src/core/context'
import { type Clockwork, startJobs } from '../../src/jobs/clockwork'
import { publishJobs } from '../../src/jobs/definitions'
import { housekeepingJobs } from '../../src/jobs/housekeeping'
import { type Job, type JobRun, runJob } from '../../src/jobs/schedule'
import { useTestDatabase } from '../support/postgres'
import { makeServices } from '../support/services'

const database = useTestDatabase()
let services: Services
const never = new AbortController().signal
beforeAll(async () => {
  services = await makeServices(database)
})

const started: Clockwork[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()))
})
const server = (jobs: readonly Job[]) => {
  const clockwork = startJobs(services, jobs)
  started.push(clockwork)
  return clockwork
}

const job = (name: string, run: (run: JobRun) => Promise<Record<string, unknown>>): Job => ({
  name,
  schedule: '0 0 0 1 1 *',
  runsAtStart: false,
  isDryRunnable: true,
  run: (_ctx, one) => run(one),
})

async function ask(one: Job, isDryRun = false): Promise<void> {
  await publishJobs(database.sql, [one])
  await database.sql`
    insert into job_requests (name, is_dry_run, requested_at, requested_by_kind, requested_by_name)
    values (${one.name}, ${isDryRun}, now(), 'operator', 'anna')`
}
const runsOf = (name: string) => database.sql`
  select outcome, details, is_dry_run as "isDryRun", requested_by_kind as kind, requested_by_name as by
  from job_runs where name = ${name} order by id`
const isAskedFor = async (name: string) =>
  (await database.sql`select from job_requests where name = ${name}`).length > 0
const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 50 })

/** Works until it is told to stop. */
const endless = (name: string) =>
  job(name, ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve({}))))

describe('a run that somebody asks for', () => {
  it('is begun by one server of many, once, and names who asked', async () => {
    const wanted = job('wanted', async ({ isDryRun }) => ({ isDryRun }))
    await ask(wanted, true)
    server([wanted])
    server([wanted])
    await until(async () => expect(await isAskedFor('wanted')).toBe(false))
    expect(await runsOf('wanted')).toEqual([
      { outcome: 'done', details: { isDryRun: true }, isDryRun: true, kind: 'operator', by: 'anna' },
    ])
  })

  it('is not begun where nobody asks', async () => {
    const unwanted = job('unwanted', async () => ({}))
    expect(await runJob(services, unwanted, 'a', never, 'request')).toBe(false)
    expect(await runsOf('unwanted')).toEqual([])
  })

  it('is left to the server that is taking it just now', async () => {
    const contended = job('contended', async () => ({}))
    await ask(contended)
    await database.sql.begin(async (other) => {
      await other`select from job_requests where name = 'contended' for update`
      expect(await runJob(services, contended, 'a', never, 'request')).toBe(false)
    })
    expect(await runJob(services, contended, 'a', never, 'request')).toBe(true)
  })

  it('waits for no beat, and takes none away', async () => {
    const both = job('both', async () => ({}))
    expect(await runJob(services, both, 'a', never)).toBe(true)
    await ask(both, true)
    expect(await runJob(services, both, 'a', never, 'request')).toBe(true)
    await database.sql`update job_leases set same_beat_until = now() where name = 'both'`
    await ask(both, true)
    expect(await runJob(services, both, 'a', never, 'request')).toBe(true)
    expect(await runJob(services, both, 'a', never)).toBe(true)
  })

  it('goes to another server where its own is shut down, and is then over', async () => {
    const travelling = job('travelling', async ({ signal }) => ({ isCut: signal.aborted }))
    await ask(travelling)
    expect(await runJob(services, travelling, 'old', AbortSignal.abort(), 'request')).toBe(true)
    expect(await isAskedFor('travelling')).toBe(true)
    expect(await runJob(services, travelling, 'new', never, 'request')).toBe(true)
    expect(await isAskedFor('travelling')).toBe(false)
    expect(await runsOf('travelling')).toMatchObject([
      { outcome: 'stopped', by: 'anna' },
      { outcome: 'done', by: 'anna' },
    ])
  })

  it('is begun anew where its server died, three times and no more', async () => {
    const deadly = job('deadly', async () => ({}))
    await ask(deadly)
    const die = async () => {
      const dying = { ...deadly, run: () => new Promise<never>(() => {}) }
      void runJob(services, dying, 'dying', never, 'request')
      await until(async () => expect(await isHeld('deadly')).toBe(true))
      await database.sql`update job_leases set expires_at = now() where name = 'deadly'`
    }
    await die()
    await die()
    expect(await isAskedFor('deadly')).toBe(true)
    await die()
    expect(await isAskedFor('deadly')).toBe(false)
    expect(await runJob(services, deadly, 'heir', never, 'request')).toBe(false)
    expect(await runsOf('deadly')).toMatchObject([{ outcome: null }, { outcome: null }, { outcome: null }])
  })

  it('ends where another server has taken over, and leaves the request to it', async () => {
    const usurped = endless('usurped')
    await ask(usurped)
    const running = runJob(services, usurped, 'frozen', never, 'request')
    await until(async () => expect(await isHeld('usurped')).toBe(true))
    await database.sql`update job_leases set holder = 'heir', fence = fence + 1 where name = 'usurped'`
    await running
    expect(await runsOf('usurped')).toMatchObject([{ outcome: 'lost_lease' }])
    expect(await isAskedFor('usurped')).toBe(true)
    expect(await isHeld('usurped'), 'the lease of the other one').toBe(true)
  })

  it('is a failure where this server cannot run the job dry', async () => {
    let isDone = false
    const earnest = job('earnest', async () => {
      isDone = true
      return {}
    })
    await ask(earnest, true)
    await runJob(services, { ...earnest, isDryRunnable: false }, 'a', never, 'request')
    expect(isDone).toBe(false)
    expect(await runsOf('earnest')).toMatchObject([{ outcome: 'failed', isDryRun: true }])
  })
})

describe('a run that somebody wants to stop', () => {
  it('is told so on whichever server it runs, and is not begun anew', async () => {
    const stoppable = endless('stoppable')
    await ask(stoppable)
    server([stoppable])
    await until(async () => expect(await isHeld('stoppable')).toBe(true))
    await database.sql`delete from job_requests where name = 'stoppable'`
    await database.sql`
      update job_runs set stop_asked_at = now(), stop_asked_by = 'boris' where name = 'stoppable'`
    await until(async () => expect(await runsOf('stoppable')).toMatchObject([{ outcome: 'stopped' }]))
    expect(await isHeld('stoppable')).toBe(false)
  })

  it('ends with its server, which waits for it', async () => {
    const waiting = endless('waiting')
    await ask(waiting)
    const clockwork = server([waiting])
    await until(async () => expect(await isHeld('waiting')).toBe(true))
    await clockwork.stop()
    expect(await runsOf('waiting')).toMatchObject([{ outcome: 'stopped' }])
    expect(await isAskedFor('waiting')).toBe(true)
  })
})

describe('a server', () => {
  it('tells which jobs it knows, and what has changed about them', async () => {
    const told = job('told', async () => ({}))
    server([told])
    const definition = () =>
      database.sql`select schedule, is_dry_runnable as dry from job_definitions where name = 'told'`
    await until(async () => expect(await definition()).toEqual([{ schedule: told.schedule, dry: true }]))
    await publishJobs(database.sql, [{ ...told, schedule: '0 0 4 * * *', isDryRunnable: false }])
    expect(await definition()).toEqual([{ schedule: '0 0 4 * * *', dry: false }])
  })
})

describe('old records', () => {
  const trim = housekeepingJobs.find((one) => one.name === 'trim-records') as Job

  it('are counted by a dry run and gone after a true one', async () => {
    await publishJobs(database.sql, [trim, { ...trim, name: 'of-yesteryear' }])
    await database.sql`update job_definitions set seen_at = now() - interval '2 days' where name = 'of-yesteryear'`
    await database.sql`
      insert into job_runs (id, name, holder, fence, started_at, ended_at, outcome)
      values (gen_random_uuid(), 'of-yesteryear', 'a', 1, now() - interval '31 days', now(), 'done')`
    const kept = async () => {
      const [row] = await database.sql`
        select (select count(*)::int from job_runs where name = 'of-yesteryear') as runs,
          (select count(*)::int from job_definitions where name = 'of-yesteryear') as definitions`
      return row
    }
    await ask(trim, true)
    await runJob(services, trim, 'a', never, 'request')
    expect(await kept()).toEqual({ runs: 1, definitions: 1 })
    await ask(trim)
    await runJob(services, trim, 'a', never, 'request')
    expect(await kept()).toEqual({ runs: 0, definitions: 0 })
    const details = { feed: 0, runs: 1, definitions: 1 }
    expect(await runsOf('trim-records')).toMatchObject([
      { isDryRun: true, details },
      { isDryRun: false, details },
    ])
  })
})

async function isHeld(name: string): Promise<boolean> {
  return (await database.sql`select from job_leases where name = ${name} and expires_at > now()`).length > 0
}
