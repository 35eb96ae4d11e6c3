import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import { actionJobs } from '../../src/features/actions/jobs'
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

const job = (name: string, run: Job['run']): Job => ({
  name,
  schedule: '0 0 0 1 1 *',
  runsAtStart: false,
  run,
})

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

  it('are taken over from a server that died, under a higher token', async () => {
    const fences: number[] = []
    const fenced = job('fenced', async (_ctx, { fence }) => {
      fences.push(fence)
      return {}
    })
    await runJob(services, fenced, 'dead', never)
    await database.sql`update job_leases set expires_at = now() - interval '1 s' where name = 'fenced'`
    await runJob(services, fenced, 'heir', never)
    expect(fences).toEqual([1, 2])
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
    const [row] = await database.sql`select outcome, details from job_runs where name = 'failing'`
    expect(row).toMatchObject({ outcome: 'failed', details: { error: 'out of luck' } })
  })

  it('all run on an empty server', async () => {
    for (const one of jobs) expect(await runJob(services, one, 'smoke', never)).toBe(true)
    const failed =
      await database.sql`select name, details from job_runs where holder = 'smoke' and outcome <> 'done'`
    expect(failed).toEqual([])
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
