import { sql } from 'drizzle-orm'
import type { Ctx } from '../../core/context'

/**
 * Jobs that servers know and whose last runs, as many as are asked for, all failed or were lost with their server. Trials and
 * what somebody stopped say nothing. `failedAt`: when the first of those runs ended.
 */
export async function failingJobs(
  ctx: Pick<Ctx, 'db'>,
  runs: number,
): Promise<{ name: string; failedAt: Date }[]> {
  const rows = await ctx.db.execute<{ name: string; at: string }>(sql`
    select d.name, to_char(min(last.at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
    from job_definitions d cross join lateral (
      select coalesce(r.ended_at, r.started_at) as at,
        coalesce(r.outcome = 'failed', not exists (select from job_leases l
          where l.name = r.name and l.fence = r.fence and l.expires_at > now())) as is_failed
      from job_runs r
      where r.name = d.name and not r.is_dry_run and r.outcome is distinct from 'stopped'
        and not (r.outcome is null and exists (select from job_leases l
          where l.name = r.name and l.fence = r.fence and l.expires_at > now()))
      order by r.id desc limit ${runs}) last
    group by d.name having count(*) = ${runs} and bool_and(last.is_failed) order by d.name`)
  return rows.map(({ name, at }) => ({ name, failedAt: new Date(at) }))
}
