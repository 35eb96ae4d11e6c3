export type Expiry = 'endless' | 'valid' | 'soon' | 'expired'

export const SOON_DAYS = 30
const DAY_MS = 86_400_000

/** Where a licence stands with its end at this moment. */
export function expiryOf(validUntil: string | null, nowMs: number, soonDays = SOON_DAYS): Expiry {
  if (validUntil === null) return 'endless'
  const leftMs = new Date(validUntil).getTime() - nowMs
  if (leftMs < 0) return 'expired'
  return leftMs < soonDays * DAY_MS ? 'soon' : 'valid'
}

export interface Span {
  expiresFrom?: string
  expiresBefore?: string
}

/**
 * What a filter of the list means: `expired`, a number of days from now on, or a month of UTC such as `2027-03`. Of the present month
 * only what is still to come, as the calendar counts it. Anything else means nothing.
 */
export function spanOf(filter: string | undefined, now: Date): Span {
  if (filter === 'expired') return { expiresBefore: now.toISOString() }
  if (filter !== undefined && /^\d{1,4}$/.test(filter))
    return {
      expiresFrom: now.toISOString(),
      expiresBefore: new Date(now.getTime() + Number(filter) * DAY_MS).toISOString(),
    }
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(filter ?? '') ?? []
  if (year === undefined) return {}
  const start = new Date(Date.UTC(Number(year), Number(month) - 1, 1))
  const end = new Date(Date.UTC(Number(year), Number(month), 1))
  const from = start < now && now < end ? now : start
  return { expiresFrom: from.toISOString(), expiresBefore: end.toISOString() }
}

/** The middle of a month of UTC: the same month in every zone. */
export function middleOf(month: string): string {
  return `${month}-15T12:00:00Z`
}
