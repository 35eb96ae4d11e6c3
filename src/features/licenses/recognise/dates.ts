/** Which instant of its day a date without a time means: issued at its start, valid until its end. */
export type DayEdge = 'start' | 'end'

const ISO_DATE = /^(\d{4})([-/.])(\d{2})\2(\d{2})(?:[T ](.+))?$/
const COMPACT_DATE = /^(\d{4})(\d{2})(\d{2})(?:T(.+))?$/
const RUSSIAN_DATE = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? (.+))?$/
const CLOCK = /^(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?\s?(?:(Z|UTC|GMT)|([+-])(\d{2}):?(\d{2})?)?$/
const UNIX_SECONDS = /^\d{10}$/
const UNIX_MILLISECONDS = /^\d{13}$/
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const LONGEST_DATE = 40

/**
 * Reads a date as licence issuers write it: ISO 8601 (with or without time, extended or basic), `YYYY/MM/DD`,
 * `DD.MM.YYYY`, unix seconds (10 digits) or milliseconds (13). A time without a zone is UTC.
 * @returns the instant as `Date.toISOString` writes it, or undefined for what can only be guessed: `MM/DD/YYYY`,
 * `DD-MM-YYYY`, years of two digits, days that do not exist, years before 1990.
 */
export function readDate(raw: string, edge: DayEdge): string | undefined {
  if (raw.length > LONGEST_DATE) return undefined
  const text = raw.trim().replace(/\s?г\.?$/, '')
  if (UNIX_SECONDS.test(text)) return instant(Number(text) * 1000)
  if (UNIX_MILLISECONDS.test(text)) return instant(Number(text))
  const russian = RUSSIAN_DATE.exec(text)
  if (russian) return combine(dayMs(russian[3], russian[2], russian[1]), russian[4], edge)
  const compact = COMPACT_DATE.exec(text)
  if (compact) return combine(dayMs(compact[1], compact[2], compact[3]), compact[4], edge)
  const iso = ISO_DATE.exec(text)
  return iso ? combine(dayMs(iso[1], iso[3], iso[4]), iso[5], edge) : undefined
}

function combine(day: number | undefined, clock: string | undefined, edge: DayEdge): string | undefined {
  if (day === undefined) return undefined
  if (clock === undefined) return instant(edge === 'start' ? day : day + DAY_MS - 1)
  const time = clockMs(clock)
  return time === undefined ? undefined : instant(day + time)
}

function dayMs(year = '', month = '', day = ''): number | undefined {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  return exists ? date.getTime() : undefined
}

function clockMs(clock: string): number | undefined {
  const parts = CLOCK.exec(clock)
  if (!parts) return undefined
  const [, hours, minutes, seconds = '0', fraction = '', , sign, zoneHours = '0', zoneMinutes = '0'] = parts
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  if (Number(zoneHours) > 14 || Number(zoneMinutes) > 59) return undefined
  const zoneMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * MINUTE_MS * (sign === '-' ? -1 : 1)
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'))
  return (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * 1000 + milliseconds - zoneMs
}

function instant(ms: number): string | undefined {
  const date = new Date(ms)
  const year = date.getUTCFullYear()
  return year >= 1990 && year <= 9999 ? date.toISOString() : undefined
}
