import { type SQL, sql } from 'drizzle-orm'
import type { Connectivity } from './lists'

/**
 * `connectivity` of decide.ts as SQL, on a row `p` of terminal_presence: the same operations on the same IEEE doubles,
 * so that list, counters and page never disagree at an edge.
 */
export function connectivityIs(wanted: Connectivity, now: Date, lateIntervals: number): SQL {
  if (wanted === 'never') return sql`p.last_seen_at is null`
  const silentSeconds = sql`round(date_part('epoch', ${now.toISOString()}::timestamptz - p.last_seen_at) * 1000) / 1000`
  const isOnline = sql`${silentSeconds} <= p.next_check_in_seconds::float8 * 4 / 3`
  const isLostAfter = sql`p.next_check_in_seconds::float8 * ${lateIntervals}::float8`
  if (wanted === 'online') return isOnline
  const isLate = sql`not (${isOnline}) and ${silentSeconds} <= ${isLostAfter}`
  return wanted === 'late' ? isLate : sql`not (${isOnline}) and ${silentSeconds} > ${isLostAfter}`
}
