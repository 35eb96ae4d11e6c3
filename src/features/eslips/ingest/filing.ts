import type { TimeMark } from './lists'

/** No terminal is older: before it, a clock has lost its battery. */
const EARLIEST_MS = Date.UTC(2020, 0, 1)
/** Clocks run a little fast; what is further ahead has not happened yet. */
export const MOST_AHEAD_MS = 15 * 60_000
const PARTS = /^(.{10})T(\d{2}:\d{2})(?::(\d{2}(?:\.\d{1,3})?)\d*)?(Z|[+-]\d{2}:?\d{2})?$/i

export interface Filing {
  filedAtMs: number
  timeMark: TimeMark | null
}

/**
 * The moment of a terminal's time, in Unix milliseconds; undefined for times that do not exist.
 * @param offset what is assumed where the time says none, such as `+03:00`
 */
export function momentOf(localDateTime: string, offset: string): number | undefined {
  const [, day, minutes, seconds = '00', zone = offset] = PARTS.exec(localDateTime) ?? []
  if (day === undefined) return undefined
  const withColon = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  // Date.parse takes the 30th of February for the 2nd of March.
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || dayOf(midnight) !== day) return undefined
  const moment = Date.parse(`${day}T${minutes}:${seconds}${withColon.toUpperCase()}`)
  return Number.isNaN(moment) ? undefined : moment
}

/**
 * Under which time a slip is filed: that of its transaction; the server's where the terminal's clock cannot be right, or
 * where the day is sealed, so that nothing is added to an archive.
 * @param sealedBefore the first day (UTC, `2026-08-28`) that still takes slips
 */
export function fileSlip(occurredMs: number | undefined, receivedAtMs: number, sealedBefore: string): Filing {
  if (occurredMs === undefined || occurredMs < EARLIEST_MS || occurredMs > receivedAtMs + MOST_AHEAD_MS)
    return { filedAtMs: receivedAtMs, timeMark: 'wrong_clock' }
  if (dayOf(occurredMs) < sealedBefore) return { filedAtMs: receivedAtMs, timeMark: 'late' }
  return { filedAtMs: occurredMs, timeMark: null }
}

/** The day of a moment (UTC): `2026-11-26`. */
export function dayOf(unixMs: number): string {
  return new Date(unixMs).toISOString().slice(0, 10)
}
