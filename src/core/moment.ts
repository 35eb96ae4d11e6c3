const FIRST_MS = Date.parse('0001-01-01T00:00:00Z')
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** A moment in RFC 3339, UTC, with milliseconds. Years beyond 1 and 9999, which databases do not read in that form, become these. */
export function momentText(unixMs: number): string {
  return new Date(Math.max(FIRST_MS, Math.min(unixMs, LAST_MS))).toISOString()
}
