export const PRESETS = ['today', 'yesterday', 'week', 'month', 'any', 'own'] as const
export type Preset = (typeof PRESETS)[number]

export const USUAL_PRESET: Preset = 'week'

/** Days before today that a preset reaches back, and where it ends. */
const SPANS: Partial<Record<Preset, { back: number; end: number }>> = {
  today: { back: 0, end: 1 },
  yesterday: { back: 1, end: 0 },
  week: { back: 6, end: 1 },
  month: { back: 29, end: 1 },
}

export interface Period {
  from?: string
  to?: string
}

/**
 * A period in moments, by whole days of the zone of whoever looks.
 * @param days of the own period, as `2026-11-23`, the last one included
 */
export function periodOf(preset: Preset, days: { first?: string; last?: string }, now: Date): Period {
  if (preset === 'own') {
    const [first, last] = [midnightOf(days.first, 0), midnightOf(days.last, 1)]
    return { ...(first === undefined ? {} : { from: first }), ...(last === undefined ? {} : { to: last }) }
  }
  const span = SPANS[preset]
  if (span === undefined) return {}
  const day = (ahead: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead).toISOString()
  return { from: day(-span.back), to: day(span.end) }
}

function midnightOf(day: string | undefined, ahead: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '') ?? []
  if (year === undefined) return undefined
  const moment = new Date(Number(year), Number(month) - 1, Number(date) + ahead)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}

const DAY_MS = 86_400_000

/** True where a period has both ends and at most so many days. */
export function isWithinDays({ from, to }: Period, most: number): boolean {
  if (from === undefined || to === undefined) return false
  const lengthMs = Date.parse(to) - Date.parse(from)
  return lengthMs > 0 && lengthMs <= most * DAY_MS
}

/** The longest period that the server sums up; a test holds the two together. */
export const TOTALS_DAYS = 31
