import { and, asc, desc, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../core/context'
import { decodeCursor, type Page, toPage } from '../../core/paging'
import { query } from '../../core/verb'
import { nextBeat } from '../../jobs/definitions'
import { jobNotFound } from './errors'
import { seesEverything } from './limits'
import {
  type JobOutcome,
  JobRef,
  type JobRun,
  type JobView,
  ListJobRunsInput,
  ListJobsInput,
} from './schemas'
import { jobDefinitions, jobLeases, jobRequests, jobRuns } from './tables'

const permission = 'jobs:read'
type Definition = typeof jobDefinitions.$inferSelect
type RunRow = typeof jobRuns.$inferSelect & { told: JobOutcome }

const NamePosition = z.tuple([z.string()])

/** Every job a server has told of within the last day, by name. */
export const listJobs = query({ permission, input: ListJobsInput }, async (ctx, input) => {
  const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, NamePosition)[0]
  const rows = await ctx.db
    .select()
    .from(jobDefinitions)
    .where(after === undefined ? undefined : gt(jobDefinitions.name, after))
    .orderBy(asc(jobDefinitions.name))
    .limit(input.limit + 1)
  const page = toPage(
    rows,
    input.limit,
    (row) => [row.name],
    (row) => row,
  )
  return { items: await toJobs(ctx, page.items), nextCursor: page.nextCursor }
})

/** All of them at once, for who judges how they do. */
export async function findJobs(ctx: Ctx): Promise<JobView[]> {
  return toJobs(ctx, await ctx.db.select().from(jobDefinitions).orderBy(asc(jobDefinitions.name)))
}

/** One job. `job_not_found`. */
export const getJob = query({ permission, input: JobRef }, (ctx, { name }) => findJob(ctx, name))

export async function findJob(ctx: Ctx, name: string): Promise<JobView> {
  const rows = await ctx.db.select().from(jobDefinitions).where(eq(jobDefinitions.name, name))
  const [job] = await toJobs(ctx, rows)
  if (job === undefined) throw jobNotFound()
  return job
}

const RunPosition = z.tuple([z.uuid()])

/** The runs of one job, newest first; they are kept for 30 days. `job_not_found`. */
export const listJobRuns = query(
  { permission, input: ListJobRunsInput },
  async (ctx, input): Promise<Page<JobRun>> => {
    await findJob(ctx, input.name)
    const conditions: (SQL | undefined)[] = [
      eq(jobRuns.name, input.name),
      input.outcome === undefined ? undefined : sql`${outcome} = ${input.outcome}`,
    ]
    if (input.cursor !== undefined)
      conditions.push(lt(jobRuns.id, decodeCursor(input.cursor, RunPosition)[0]))
    const rows = await selectRuns(ctx, and(...conditions), input.limit + 1)
    return toPage(rows, input.limit, (row) => [row.id], toRun(ctx))
  },
)

/** A run that has not ended is alive as long as the lease that was taken for it. */
const outcome = sql<JobOutcome>`
  coalesce(${jobRuns.outcome}, case when ${jobLeases.expiresAt} > now() then 'running' else 'lost' end)`

async function selectRuns(ctx: Ctx, where: SQL | undefined, limit: number): Promise<RunRow[]> {
  const rows = await ctx.db
    .select({ run: jobRuns, told: outcome })
    .from(jobRuns)
    .leftJoin(jobLeases, and(eq(jobLeases.name, jobRuns.name), eq(jobLeases.fence, jobRuns.fence)))
    .where(where)
    .orderBy(desc(jobRuns.id))
    .limit(limit)
  return rows.map(({ run, told }) => ({ ...run, told }))
}

/** The newest two runs of a job: one may be under way, the other is over. */
const NEWEST = 2

async function toJobs(ctx: Ctx, definitions: readonly Definition[]): Promise<JobView[]> {
  if (definitions.length === 0) return []
  const names = definitions.map(({ name }) => name)
  const newest = sql`${jobRuns.id} in (
    select r.id from ${jobDefinitions} d cross join lateral (
      select id from job_runs where job_runs.name = d.name order by id desc limit ${NEWEST}) r
    where d.name in ${names})`
  const runs = await selectRuns(ctx, newest, names.length * NEWEST)
  const requests = await ctx.db.select().from(jobRequests).where(inArray(jobRequests.name, names))
  const view = toRun(ctx)
  return definitions.map(({ name, schedule, isDryRunnable }) => {
    const own = runs.filter((run) => run.name === name)
    const running = own.find(({ told }) => told === 'running')
    const last = own.find(({ told }) => told !== 'running')
    const request = requests.find((one) => one.name === name)
    return {
      name,
      schedule,
      isDryRunnable,
      nextAt: nextBeat(schedule, ctx.clock.now())?.toISOString() ?? null,
      running: running === undefined ? null : view(running),
      last: last === undefined ? null : view(last),
      request:
        request === undefined || running?.id === request.runId
          ? null
          : {
              at: request.requestedAt.toISOString(),
              by: { kind: request.requestedByKind, name: request.requestedByName },
              isDryRun: request.isDryRun,
            },
    }
  })
}

/** What a job says of its work may name what a caller with limits does not see. */
function toRun(ctx: Ctx): (row: RunRow) => JobRun {
  const isOpen = seesEverything(ctx.actor)
  return (row) => {
    const { error = null, ...details } = row.details
    return {
      id: row.id,
      name: row.name,
      server: row.holder,
      outcome: row.told,
      isDryRun: row.isDryRun,
      requestedBy:
        row.requestedByKind === null ? null : { kind: row.requestedByKind, name: row.requestedByName ?? '' },
      stopAskedBy: row.stopAskedBy,
      startedAt: row.startedAt.toISOString(),
      endedAt: row.endedAt?.toISOString() ?? null,
      progress: isOpen ? row.progress : null,
      error: isOpen && row.told !== 'done' && error !== null ? String(error) : null,
      details: isOpen ? details : {},
    }
  }
}
