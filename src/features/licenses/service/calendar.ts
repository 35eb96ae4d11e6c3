import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { query } from '../../../core/verb'
import { licenses } from '../tables'
import { visibleLicences } from './find'

const MONTHS = 12

/** How many current licences end when, by month in UTC. */
export const licenceCalendar = query({ permission: 'licenses:read', input: z.object({}) }, async (ctx) => {
  const now = ctx.clock.now()
  const starts = Array.from({ length: MONTHS + 1 }, (_, at) => monthStart(now, at))
  const end = starts[MONTHS] as Date
  const rows = await ctx.db.execute<{ bucket: string; count: number }>(sql`
      select case
          when ${licenses.validUntil} is null then 'without'
          when ${licenses.validUntil} <= ${now.toISOString()} then 'expired'
          when ${licenses.validUntil} >= ${end.toISOString()} then 'later'
          else to_char(${licenses.validUntil} at time zone 'UTC', 'YYYY-MM') end as bucket,
        count(*)::int as count
      from ${licenses} where ${licenses.state} = 'current' and ${visibleLicences(ctx)}
      group by 1`)
  const counts = new Map(rows.map((row) => [row.bucket, row.count]))
  return {
    asOf: now.toISOString(),
    expired: counts.get('expired') ?? 0,
    months: starts.slice(0, MONTHS).map((start) => {
      const month = start.toISOString().slice(0, 7)
      return { month, expiring: counts.get(month) ?? 0 }
    }),
    later: counts.get('later') ?? 0,
    withoutEnd: counts.get('without') ?? 0,
  }
})

function monthStart(now: Date, monthsOn: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + monthsOn, 1))
}
