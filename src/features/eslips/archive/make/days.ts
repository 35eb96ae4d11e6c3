import type { RawSql } from '../../../../db/client'

/** The days before this one that are still in the database, the oldest first. */
export async function daysBefore(sql: RawSql, before: string): Promise<string[]> {
  const rows = await sql<{ day: string }[]>`
    select d.day::text as day from (
      select to_date(substring(c.relname from '^eslips_y(\\d{4}m\\d{2}d\\d{2})$'), 'YYYY"m"MM"d"DD') as day
      from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'eslips'::regclass) d
    where d.day < ${before}::text::date order by d.day`
  return rows.map((one) => one.day)
}

/** The day so many days after another; before it where negative. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
