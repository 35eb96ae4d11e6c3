import type { Ctx } from '../../../../core/context'
import type { JobRun } from '../../../../jobs/schedule'
import { dayOf } from '../../ingest'
import { sweepAttempts } from './blobs'
import { addDays, daysBefore, startOf } from './days'
import { ARCHIVE_STEPS, type DayWork, type Step } from './steps'

/**
 * Moves one day, which must be over, into an archive. Nothing is left of it in the database.
 * @param run.fence of the lease of ARCHIVE_JOB: without it no day is dropped
 */
export async function archiveDay(
  ctx: Ctx,
  day: string,
  { signal, fence }: Pick<JobRun, 'signal' | 'fence'>,
  steps: readonly Step[] = ARCHIVE_STEPS,
): Promise<{ slips: number; sizeBytes: number }> {
  const work: DayWork = { ctx, day, fence, signal }
  for (const step of steps) {
    signal.throwIfAborted()
    await step.run(work)
  }
  return { slips: work.file?.summary.rows ?? 0, sizeBytes: work.file?.blob.sizeBytes ?? 0 }
}

/** Moves all days that are older than the settings say, the oldest first. */
export async function archiveOldDays(
  ctx: Ctx,
  run: JobRun,
  steps: readonly Step[] = ARCHIVE_STEPS,
): Promise<Record<string, unknown>> {
  const today = dayOf(ctx.clock.now().getTime())
  const days = await daysBefore(ctx.sql, addDays(today, -ctx.settings.slips.archiveDays))
  if (run.isDryRun)
    return { days: days.length, slips: await countOf(ctx, days), firstDay: days[0], lastDay: days.at(-1) }
  const swept = await sweepAttempts(ctx, run.fence)
  let [done, slips, sizeBytes] = [0, 0, 0]
  for (const day of days) {
    run.report({ done, total: days.length, step: 'archiving' })
    const made = await archiveDay(ctx, day, run, steps)
    done++
    slips += made.slips
    sizeBytes += made.sizeBytes
    ctx.log.info('eslip_day_archived', { day, slips: made.slips, sizeBytes: made.sizeBytes })
  }
  run.report?.({ done, total: days.length, step: 'archiving' })
  return { days: done, slips, sizeBytes, swept }
}

/** By the sums that are kept for each hour, so that no day is read. */
async function countOf({ sql }: Ctx, days: readonly string[]): Promise<number> {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return 0
  const [row] = await sql<{ count: number }[]>`
    select coalesce(sum(count), 0)::float8 as count from eslip_hours
    where hour >= ${startOf(first)}::timestamptz and hour < ${startOf(addDays(last, 1))}::timestamptz`
  return row?.count ?? 0
}
