import type { RawSql } from '../../../db/client'
import type { Vitals } from './schemas'

export interface PresenceRow {
  terminalId: string
  seenAtMs: number
  nextCheckInSeconds: number
  clockSkewMs: number | null
  vitals: Vitals | null
}

/** Writes when terminals were last heard of, many at once. An older word never overwrites a newer one. */
export async function writePresence(sql: RawSql, rows: readonly PresenceRow[]): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map((row) => ({
    t: row.terminalId,
    at: new Date(row.seenAtMs).toISOString(),
    next: row.nextCheckInSeconds,
    skew: row.clockSkewMs,
    vitals: row.vitals,
  }))
  await sql`
    insert into terminal_presence as p
      (terminal_id, last_seen_at, next_check_in_seconds, clock_skew_ms, vitals, vitals_at)
    select t, at, next, skew, vitals, case when vitals is null then null else at end
    from jsonb_to_recordset(${JSON.stringify(values)}::text::jsonb)
      as x(t uuid, at timestamptz, next int, skew bigint, vitals jsonb)
    order by t
    on conflict (terminal_id) do update set
      last_seen_at = excluded.last_seen_at,
      next_check_in_seconds = excluded.next_check_in_seconds,
      clock_skew_ms = coalesce(excluded.clock_skew_ms, p.clock_skew_ms),
      vitals = coalesce(excluded.vitals, p.vitals),
      vitals_at = coalesce(excluded.vitals_at, p.vitals_at)
    where p.last_seen_at is null or p.last_seen_at <= excluded.last_seen_at`
}
