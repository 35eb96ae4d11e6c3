import { sql as of } from 'drizzle-orm'
import type { Ctx } from '../../../../core/context'

import { runPlanned } from '../../../../db/run'
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

async function countOf({ sql }: Ctx, days: readonly string[]): Promise<number> {
  let count = 0
  for (const day of days) {
    const [row] = await runPlanned<{ count: number }>(
      sql,
      of`select count(*)::float8 as count from eslips where filed_at >= ${startOf(day)}::timestamptz
        and filed_at < ${startOf(addDays(day, 1))}::timestamptz`,
    )
    count += row?.count ?? 0
  }
  return count
}
