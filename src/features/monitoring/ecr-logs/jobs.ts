import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { appendChanges, inTransaction } from '../../../core/verb'
import type { Job } from '../../../jobs/schedule'
import { judgeFailures } from './failures'
import { endLog } from './store'

const MIB = 1024 * 1024
/** Logs, and terminals, that one statement looks at: a fleet has millions. */
const LOGS_AT_ONCE = 5_000
const TERMINALS_AT_ONCE = 1_000
/** However small they are, each is a row and a file. */
const MOST_OF_TERMINAL = 5_000
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
      const clear = async (found: AsyncIterable<readonly string[]>) => {
        let count = 0
        for await (const ids of found) {
          count += ids.length
          if (isDryRun) continue
          for (const id of ids) {
            signal.throwIfAborted()
            await endLog(ctx, id)
          }
        }
        return count
      }
      const aged = await clear(untilNone(() => idsOf(ctx, tooOld(ctx)), isDryRun))
      const oversized = await clear(tooMuch(ctx))
      const abandoned = await clear(untilNone(() => idsOf(ctx, leftBehind(ctx)), isDryRun))
      if (isDryRun) return { aged, oversized, abandoned }
      return { aged, oversized, abandoned, requestsGivenUp: await giveUpRequests(ctx) }
    },
  },
  {
    name: 'judge-ecr-log-requests',
    schedule: '*/15 * * * * *',
    runsAtStart: true,
    run: (ctx, { signal }) => judgeFailures(ctx, signal),
  },
]

/** What is found is gone when it is looked for again; where nothing is done, once is enough. */
async function* untilNone(find: () => Promise<string[]>, isOnce: boolean): AsyncGenerator<string[]> {
  for (let found = await find(); found.length > 0; found = isOnce ? [] : await find()) yield found
}

async function idsOf({ db }: Ctx, query: ReturnType<typeof sql>): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(query)
  return rows.map((row) => row.id)
}

/** Among the oldest: ids are in the order in which logs came. */
const tooOld = ({ clock, settings }: Ctx) => sql`
  select id from (select id, received_at from ecr_logs where state = 'kept' order by id limit ${LOGS_AT_ONCE}) l
  where received_at < ${clock.now().toISOString()}::timestamptz - make_interval(days => ${settings.ecrLogs.retentionDays})`

/** Of each terminal the newest stay that fit together, and no more than so many; the very newest stays whatever its size. */
async function* tooMuch(ctx: Ctx): AsyncGenerator<string[]> {
  for (let after = NO_ID; ; ) {
    const [last] = await ctx.db.execute<{ id: string | null }>(sql`
      select max(id::text) as id from (select id from terminals where id > ${after} order by id limit ${TERMINALS_AT_ONCE}) t`)
    const to = last?.id ?? undefined
    if (to === undefined) return
    yield await idsOf(
      ctx,
      sql`
        select id from (
          select id, sum(packed_bytes) over (partition by terminal_id order by id desc) as together,
            row_number() over (partition by terminal_id order by id desc) as place
          from ecr_logs where state = 'kept' and terminal_id > ${after} and terminal_id <= ${to}) l
        where place > ${MOST_OF_TERMINAL}
          or (place > 1 and together > ${ctx.settings.ecrLogs.terminalMib * MIB}::bigint)
        order by id`,
    )
    after = to
  }
}

const NO_ID = '00000000-0000-0000-0000-000000000000'

const leftBehind = ({ clock }: Ctx) => sql`
  select id from ecr_logs where state = 'ended' or (state = 'coming'
    and received_at < ${clock.now().toISOString()}::timestamptz - make_interval(hours => ${UPLOAD_HOURS}))
  order by received_at limit ${LOGS_AT_ONCE}`

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
