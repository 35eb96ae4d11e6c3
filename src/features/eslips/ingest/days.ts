import type { RawSql } from '../../../db/client'

/** Tables of one commit: each takes some thirty locks, and readers of the days wait for none of it. */
const DAYS_AT_ONCE = 8

/**
 * Makes the tables of days (UTC, `2026-11-26`) that have none, a few in each commit, before anything is stored: made while
 * storing, they would hold up everyone's slips. Days that are sealed are left out; storing finds out about them.
 */
export async function openDays(sql: RawSql, days: readonly string[]): Promise<void> {
  for (let from = 0; from < days.length; from += DAYS_AT_ONCE)
    await sql`
      select psm_ensure_eslip_day(d.day::date) from unnest(${days.slice(from, from + DAYS_AT_ONCE)}::text[]) d(day)
      where d.day::date >= (select sealed_before from eslip_horizon)`
}

/** The days (UTC) that have tables, the oldest first. Asks the catalogue, so that no day is locked. */
export async function liveDays(sql: RawSql): Promise<string[]> {
  const rows = await sql<{ day: string }[]>`
    select d.day::text as day from (
      select to_date(substring(c.relname from '^eslips_y(\\d{4}m\\d{2}d\\d{2})$'), 'YYYY"m"MM"d"DD') as day
      from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'eslips'::regclass) d
    order by d.day`
  return rows.map((one) => one.day)
}
