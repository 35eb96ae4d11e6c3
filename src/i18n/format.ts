import type { Locale } from './locales'

/** English without a region would be American, with AM, PM and months first: rare in the offices this is for. */
const REGIONS: Record<Locale, string> = { ru: 'ru-RU', en: 'en-GB' }

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
const SPANS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

export interface Format {
  number(value: number): string
  /** A date without time. */
  date(value: string | number | Date): string
  /** Date and time to the second, in the zone of the person who looks. */
  dateTime(value: string | number | Date): string
  time(value: string | number | Date): string
  /** Date and time to the second in figures, for columns. */
  stamp(value: string | number | Date): string
  /** A day of the calendar such as `2026-11-24` in figures: the same day wherever one looks from. */
  day(value: string): string
  month(value: string | number | Date): string
  /** Such as "3 minutes ago" or "in 2 days". */
  ago(value: string | number | Date, nowMs: number): string
  /** A length of time in its two largest units. */
  duration(seconds: number): string
  bytes(value: number): string
  percent(share: number): string
}

/** Numbers, dates and sizes as a language writes them. Every formatter is made once, when first used. */
export function formatOf(language: Locale): Format {
  const locale = REGIONS[language]
  const made = new Map<string, unknown>()
  const once = <Formatter>(name: string, make: () => Formatter): Formatter => {
    const known = made.get(name) ?? make()
    made.set(name, known)
    return known as Formatter
  }
  const moment = (name: string, options: Intl.DateTimeFormatOptions) => (value: string | number | Date) =>
    once(name, () => new Intl.DateTimeFormat(locale, options)).format(new Date(value))
  const inUnit = (value: number, unit: string, unitDisplay: 'short' | 'long' = 'short') =>
    once(
      `${unit} ${unitDisplay}`,
      () => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 }),
    ).format(value)
  return {
    number: (value) => once('number', () => new Intl.NumberFormat(locale)).format(value),
    date: moment('date', { dateStyle: 'medium' }),
    dateTime: moment('dateTime', { dateStyle: 'medium', timeStyle: 'medium' }),
    time: moment('time', { timeStyle: 'short' }),
    stamp: moment('stamp', { dateStyle: 'short', timeStyle: 'medium' }),
    day: moment('day', { dateStyle: 'short', timeZone: 'UTC' }),
    month: moment('month', { month: 'short', year: '2-digit' }),
    ago(value, nowMs) {
      const seconds = (new Date(value).getTime() - nowMs) / 1000
      const [unit, size] = SPANS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
      const relative = once('ago', () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
      return relative.format(Math.trunc(seconds / size), unit)
    },
    duration(seconds) {
      const parts: string[] = []
      let left = Math.max(0, Math.round(seconds))
      for (const [unit, size] of SPANS) {
        if (unit === 'week' || parts.length === 2) continue
        const count = Math.floor(left / size)
        left -= count * size
        if (count > 0) parts.push(inUnit(count, unit))
        else if (parts.length > 0) break
      }
      return parts.length === 0 ? inUnit(0, 'second') : parts.join(' ')
    },
    bytes(value) {
      const power = value < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(value) / 10))
      // "295 byte" is what the short form makes of them.
      return inUnit(value / 1024 ** power, UNITS[power] ?? 'byte', power === 0 ? 'long' : 'short')
    },
    percent: (share) =>
      once(
        'percent',
        () => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
      ).format(share),
  }
}
