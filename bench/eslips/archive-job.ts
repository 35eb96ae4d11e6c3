import type { Services } from '../../src/core/context'
import { archiveJobs } from '../../src/features/eslips/archive/jobs'
import { ARCHIVE_JOB } from '../../src/features/eslips/archive/make/steps'
import { publishJobs } from '../../src/jobs/definitions'
import { runJob } from '../../src/jobs/schedule'

/** What a run of the job says it has done. */
export interface Archived {
  days: number
  slips: number
  sizeBytes: number
}

/** Runs the job as the button does, in this process; resolves when it is done. */
export async function archiveNow(services: Services): Promise<Archived> {
  const { sql } = services
  const job = archiveJobs.find(({ name }) => name === ARCHIVE_JOB)
  if (job === undefined) throw new Error(`There is no job ${ARCHIVE_JOB}.`)
  await publishJobs(sql, [job])
  await sql`
    insert into job_requests (name, is_dry_run, requested_at, requested_by_kind, requested_by_name)
    values (${ARCHIVE_JOB}, false, now(), 'job', 'bench')`
  await runJob(services, job, 'bench', new AbortController().signal, 'request')
  const [run] = await sql<{ outcome: string | null; details: Archived }[]>`
    select outcome, details from job_runs where name = ${ARCHIVE_JOB} order by started_at desc limit 1`
  if (run?.outcome !== 'done') throw new Error(`Archiving ended with ${JSON.stringify(run)}`)
  return run.details
}
