import type { RawSql } from '../../../../db/client'
import { liveDays } from '../../ingest'

/** The days before this one that are still in the database, the oldest first. */
export async function daysBefore(sql: RawSql, before: string): Promise<string[]> {
  return (await liveDays(sql)).filter((day) => day < before)
}

/** The day so many days after another; before it where negative. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** When a day (UTC) begins, as RFC 3339. */
export const startOf = (day: string): string => `${day}T00:00:00.000Z`
