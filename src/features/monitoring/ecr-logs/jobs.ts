import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { appendChanges, inTransaction } from '../../../core/verb'
import type { Job } from '../../../jobs/schedule'
import { judgeFailures } from './failures'
import { endLog } from './store'

const MIB = 1024 * 1024
/** Deleted in one run; the next one goes on. */
const MOST_AT_ONCE = 5_000
/** Longer no terminal takes for one log, however often it has to begin anew. */
const UPLOAD_HOURS = 24
const REQUEST_DAYS = 30

export const ecrLogJobs: readonly Job[] = [
  {
    name: 'ecr-log-retention',
    schedule: '0 23 * * * *',
    runsAtStart: true,
    isDryRunnable: true,
    async run(ctx, { signal, isDryRun }) {
      const aged = await ids(ctx, tooOld(ctx))
      const large = await ids(ctx, tooLarge(ctx))
      const left = await ids(ctx, leftBehind(ctx))
      const found = { aged: aged.length, oversized: large.length, abandoned: left.length }
      if (isDryRun) return found
      for (const id of new Set([...aged, ...large, ...left])) {
        signal.throwIfAborted()
        await endLog(ctx, id)
      }
      return { ...found, requestsGivenUp: await giveUpRequests(ctx) }
    },
  },
  {
    name: 'judge-ecr-log-requests',
    schedule: '*/15 * * * * *',
    runsAtStart: true,
    run: (ctx, { signal }) => judgeFailures(ctx, signal),
  },
]

async function ids({ db }: Ctx, query: ReturnType<typeof sql>): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(query)
  return rows.map((row) => row.id)
}

const tooOld = ({ clock, settings }: Ctx) => sql`
  select id from ecr_logs where state = 'kept'
    and received_at < ${clock.now().toISOString()}::timestamptz - make_interval(days => ${settings.ecrLogs.retentionDays})
  order by id limit ${MOST_AT_ONCE}`

/** Of each terminal the newest stay that fit together; the very newest stays whatever its size. */
const tooLarge = ({ settings }: Ctx) => sql`
  select id from (
    select id, sum(packed_bytes) over (partition by terminal_id order by id desc) as together,
      row_number() over (partition by terminal_id order by id desc) as place
    from ecr_logs where state = 'kept') l
  where together > ${settings.ecrLogs.terminalMib * MIB}::bigint and place > 1
  order by id limit ${MOST_AT_ONCE}`

const leftBehind = ({ clock }: Ctx) => sql`
  select id from ecr_logs where state = 'ended' or (state = 'coming'
    and received_at < ${clock.now().toISOString()}::timestamptz - make_interval(hours => ${UPLOAD_HOURS}))
  order by id limit ${MOST_AT_ONCE}`

async function giveUpRequests(ctx: Ctx): Promise<number> {
  return inTransaction(ctx, async ({ db, clock }) => {
    const now = clock.now().toISOString()
    const ended = await db.execute<{ terminalId: string }>(sql`
      update ecr_log_requests set ended_at = ${now}, outcome = 'unanswered', retry_at = null
      where ended_at is null and requested_at < ${now}::timestamptz - make_interval(days => ${REQUEST_DAYS})
      returning terminal_id as "terminalId"`)
    if (ended.length > 0)
      await appendChanges(
        db,
        ended.map(({ terminalId }) => ({ topic: 'terminal' as const, subjectId: terminalId })),
      )
    return ended.length
  })
}
