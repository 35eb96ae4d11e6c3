import { sql } from 'drizzle-orm'
import type { Ctx } from '../../core/context'
import type { JobRun } from '../../jobs/schedule'
import { CLEARED_KEPT_DAYS } from './lists'

const AT_ONCE = 100

/** Alerts that were over long ago go with their terminals and their history, a few at a time. */
export async function trimAlerts(ctx: Ctx, { signal }: Pick<JobRun, 'signal'>): Promise<{ alerts: number }> {
  const before = (days: number) => new Date(ctx.clock.now().getTime() - days * 86_400_000).toISOString()
  const gone = { alerts: 0 }
  let deleted = AT_ONCE
  while (deleted === AT_ONCE && !signal.aborted) {
    const rows = await ctx.db.execute(sql`
      delete from alerts where id in (select id from alerts
        where cleared_at < ${before(CLEARED_KEPT_DAYS)}::timestamptz order by cleared_at limit ${AT_ONCE}) returning 1`)
    deleted = rows.length
    gone.alerts += deleted
  }
  return gone
}
