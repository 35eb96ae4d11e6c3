import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import { actionJobs } from '../../src/features/actions/jobs'
import { en } from '../../src/i18n/en'
import { jobs } from '../../src/jobs/registry'
import { type Job, runJob } from '../../src/jobs/schedule'
import { useTestDatabase } from '../support/postgres'
import { makeServices } from '../support/services'

const database = useTestDatabase()
let services: Services
const never = new AbortController().signal
beforeAll(async () => {
  services = await makeServices(database)
})

const job = (name: string, run: Job['run'], more: Partial<Job> = {}): Job => ({
  name,
  schedule: '0 0 0 1 1 *',
  runsAtStart: false,
  run,
  ...more,
})
const runOf = async (name: string) => {
  const [row] = await database.sql`
    select outcome, details, progress, ended_at is not null as "isEnded" from job_runs where name = ${name}`
  return row
}

describe('jobs', () => {
  it('are run by one server of many', async () => {
    let runs = 0
    const counted = job('counted', async () => {
      runs++
      await new Promise((resolve) => setTimeout(resolve, 50))
      return { runs }
    })
    const taken = await Promise.all(['a', 'b', 'c'].map((holder) => runJob(services, counted, holder, never)))
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(runs).toBe(1)
    const rows = await database.sql`select outcome, details from job_runs where name = 'counted'`
    expect(rows).toMatchObject([{ outcome: 'done', details: { runs: 1 } }])
  })

  it('are not run again by a server whose clock is behind', async () => {
    const beaten = job('beaten', async () => ({}))
    expect(await runJob(services, beaten, 'first', never)).toBe(true)
    expect(await runJob(services, beaten, 'late', never)).toBe(false)
  })

  it('are taken over from a server that died, under a higher token', async () => {
    const fences: number[] = []
    const fenced = job('fenced', async (_ctx, { fence }) => {
      fences.push(fence)
      return {}
    })
    await database.sql`
      insert into job_leases (name, holder, fence, expires_at)
      values ('fenced', 'alive', 7, now() + interval '1 minute')`
    expect(await runJob(services, fenced, 'heir', never)).toBe(false)
    await database.sql`update job_leases set expires_at = now() - interval '1 s' where name = 'fenced'`
    expect(await runJob(services, fenced, 'heir', never)).toBe(true)
    expect(fences).toEqual([8])
  })

  it('leave a row that tells of their failure', async () => {
    await runJob(
      services,
      job('failing', async () => {
        throw new Error('out of luck')
      }),
      'a',
      never,
    )
    expect(await runOf('failing')).toMatchObject({ outcome: 'failed', details: { error: 'out of luck' } })
  })

  it('fail, and do not run for ever, where what they say is no JSON', async () => {
    await runJob(
      services,
      job('unspeakable', async () => ({ rows: 1n })),
      'a',
      never,
    )
    expect(await runOf('unspeakable')).toMatchObject({ outcome: 'failed', isEnded: true })
  })

  it('keep 16 KiB of what they say, and tell how much it was', async () => {
    await runJob(
      services,
      job('talkative', async () => ({ text: 'x'.repeat(20_000) })),
      'a',
      never,
    )
    expect(await runOf('talkative')).toMatchObject({ outcome: 'done', details: { leftOutBytes: 20_011 } })
  })

  it('are stopped where their server is shut down in the middle', async () => {
    const down = new AbortController()
    const patient = job('patient', async (_ctx, { signal }) => {
      down.abort()
      return { wasAsked: signal.aborted }
    })
    await runJob(services, patient, 'a', down.signal)
    expect(await runOf('patient')).toMatchObject({ outcome: 'stopped', details: { wasAsked: true } })
    const abrupt = job('abrupt', async (_ctx, { signal }) => {
      signal.throwIfAborted()
      return {}
    })
    await runJob(services, abrupt, 'a', down.signal)
    expect(await runOf('abrupt')).toMatchObject({ outcome: 'stopped', details: {} })
  })

  it('fail where they break while they are stopped', async () => {
    const breaking = job('breaking', async () => {
      throw new Error('half a file')
    })
    await runJob(services, breaking, 'a', AbortSignal.abort())
    expect(await runOf('breaking')).toMatchObject({ outcome: 'failed', details: { error: 'half a file' } })
  })

  it('leave what they reported last', async () => {
    const reporting = job('reporting', async (_ctx, { report }) => {
      for (let done = 0; done <= 100; done++) report({ done, total: 100, step: 'count' })
      return {}
    })
    await runJob(services, reporting, 'a', never)
    expect(await runOf('reporting')).toMatchObject({ progress: { done: 100, total: 100, step: 'count' } })
  })

  it('write what they report once a second, however often that is', async () => {
    let writes = 0
    const counting = new Proxy(database.sql, {
      apply(target, _this, [parts, ...values]: [TemplateStringsArray, ...unknown[]]) {
        if (parts.join('').includes('update job_runs set progress')) writes++
        return Reflect.apply(target, undefined, [parts, ...values])
      },
    })
    const reporting = job('busy', async (_ctx, { report }) => {
      // Until the second write: then thousands of reports have been made.
      for (let done = 0; writes < 2; done++) {
        report({ done })
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      return {}
    })
    await runJob({ ...services, sql: counting }, reporting, 'a', never)
    const row = await runOf('busy')
    expect(row?.progress.done).toBeGreaterThan(100)
  })

  it('all run on an empty server, and everything they say has words', async () => {
    const senders = ['deliver-webhooks', 'mail-alerts']
    for (const one of jobs) {
      // Those that send wait for work for minutes: they are told to stop.
      const stopping = senders.includes(one.name) ? AbortSignal.timeout(200) : never
      expect(await runJob(services, one, 'smoke', stopping)).toBe(true)
    }
    const rows = await database.sql<{ name: string; outcome: string; details: Record<string, unknown> }[]>`
      select name, outcome, details from job_runs where holder = 'smoke'`
    expect(
      rows
        .filter((row) => row.outcome !== 'done')
        .map((row) => row.name)
        .sort(),
    ).toEqual(senders)
    const untold = rows.flatMap((row) => Object.keys(row.details).filter((key) => !(key in en.jobs.detail)))
    expect(untold).toEqual([])
  })

  it('fail actions that were never proved', async () => {
    const terminalId = newId()
    const actionId = newId()
    await database.sql`insert into terminals (id, serial, platform) values (${terminalId}, 'SILENT', 'other')`
    await database.sql`
      insert into terminal_actions (id, terminal_id, kind, subject_id, state, body, offered_at, state_at, confirm_by)
      values (${actionId}, ${terminalId}, 'license', ${newId()}, 'installed', '{}', now(), now(), now() - interval '1 s')`
    await database.sql`delete from job_leases`
    await runJob(services, actionJobs[0] as Job, 'a', never)
    const [row] = await database.sql`select state, message from terminal_actions where id = ${actionId}`
    expect(row).toMatchObject({ state: 'failed', message: 'not proved in time' })
  })
})
