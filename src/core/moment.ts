import { z } from 'zod'

const FIRST_MS = Date.parse('0001-01-01T00:00:00Z')
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** A moment in RFC 3339, UTC, with milliseconds. Years beyond 1 and 9999, which databases do not read in that form, become these. */
export function momentText(unixMs: number): string {
  return new Date(Math.max(FIRST_MS, Math.min(unixMs, LAST_MS))).toISOString()
}

/**
 * A moment that a caller gives, RFC 3339 with any offset, for what is kept. Its offset may carry it out of the years 1 to
 * 9999, in which it could not be kept: that is refused, as a moment of its own choosing would be worse. What is
 * only searched by is a `SearchedMoment`.
 */
export const StorableMoment = z.iso
  .datetime({ offset: true })
  .refine((text) => isStorableMoment(Date.parse(text)), 'must lie in the years 1 to 9999, in UTC')

/** A moment that a caller searches by: one beyond what is kept is the last of what could be. */
export const SearchedMoment = z.iso
  .datetime({ offset: true })
  .transform((text) => momentText(Date.parse(text)))

function isStorableMoment(unixMs: number): boolean {
  return unixMs >= FIRST_MS && unixMs <= LAST_MS
}
