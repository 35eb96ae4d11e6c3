import type { I18n } from '../../../i18n'

type Words = Pick<I18n, 't' | 'tn' | 'lookup' | 'format' | 'locale'>

/** What people call a job; one that has no words yet goes by its name. */
export function jobName(name: string, { lookup }: Pick<I18n, 'lookup'>): string {
  return lookup(`jobs.job.${name}.name`) ?? name
}

/** What a job does, in a sentence; empty where it has no words yet. */
export function jobMeaning(name: string, { lookup }: Pick<I18n, 'lookup'>): string {
  return lookup(`jobs.job.${name}.meaning`) ?? ''
}

export function jobPath(name: string): string {
  return `/administration/jobs/${name}`
}

const EVERY = /^\*\/(\d+)$/
const NUMBER = /^\d+$/

/**
 * A schedule in words. Schedules are in UTC and shown in the zone of whoever looks, by their next beat. One that is not
 * of the usual kinds shows as it is written.
 */
export function scheduleWords(schedule: string, nextAt: string | null, words: Words): string {
  const { t, tn, format, locale } = words
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] = schedule.split(' ')
  const of = (field: string) => Number(EVERY.exec(field)?.[1])
  const isRest = (...fields: string[]) => fields.every((field) => field === '*')
  if (EVERY.test(second) && isRest(minute, hour, day, month, weekday))
    return tn('jobs.schedule.seconds', of(second))
  if (!NUMBER.test(second) || month !== '*') return schedule
  if (isRest(minute, hour, day, weekday)) return t('jobs.schedule.minute')
  if (EVERY.test(minute) && isRest(hour, day, weekday)) return tn('jobs.schedule.minutes', of(minute))
  if (!NUMBER.test(minute)) return schedule
  if (isRest(hour, day, weekday)) return t('jobs.schedule.hour', { minute })
  if (EVERY.test(hour) && isRest(day, weekday)) return tn('jobs.schedule.hours', of(hour))
  if (!NUMBER.test(hour) || nextAt === null) return schedule
  const time = format.time(nextAt)
  if (isRest(day, weekday)) return t('jobs.schedule.day', { time })
  if (NUMBER.test(weekday) && day === '*') {
    const name = new Intl.DateTimeFormat(locale(), { weekday: 'long' }).format(new Date(nextAt))
    return t('jobs.schedule.week', { weekday: name, time })
  }
  if (NUMBER.test(day) && weekday === '*')
    return t('jobs.schedule.month', { day: new Date(nextAt).getDate(), time })
  return schedule
}

/** How long a run took; for one that is under way, until now. Nothing where nobody knows when it ended. */
export function runLength(
  run: { startedAt: string; endedAt: string | null },
  { t, format }: Pick<I18n, 't' | 'format'>,
  nowMs?: number,
): string {
  const endMs = run.endedAt === null ? nowMs : new Date(run.endedAt).getTime()
  if (endMs === undefined) return ''
  const seconds = (endMs - new Date(run.startedAt).getTime()) / 1000
  return seconds < 1 ? t('jobs.run.moment') : format.duration(seconds)
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/
const DAY = /^\d{4}-\d\d-\d\d$/
const UNITS: [suffix: RegExp, format: (value: number, words: Words) => string][] = [
  [/Bytes$/, (value, { format }) => format.bytes(value)],
  [/Seconds$/, (value, { format }) => format.duration(value)],
  [/Ms$/, (value, { format }) => format.duration(value / 1000)],
]
const MOST_SHOWN = 20

/** What a run says of its work, by the name of what it is about: `jobs.detail.<name>`. */
export function detailName(name: string, { lookup }: Pick<I18n, 'lookup'>): string {
  return lookup(`jobs.detail.${name}`) ?? name
}

/** A value as people read it: its unit by the end of its name, moments in their zone, lists by their first members. */
export function detailValue(name: string, value: unknown, words: Words): string {
  const { t, format } = words
  if (value === null || value === undefined || value === '') return t('ui.none')
  if (typeof value === 'boolean') return t(value ? 'ui.yes' : 'ui.no')
  if (typeof value === 'number') {
    const unit = UNITS.find(([suffix]) => suffix.test(name))?.[1]
    return unit === undefined ? format.number(value) : unit(value, words)
  }
  if (typeof value === 'string' && DAY.test(value)) return format.day(value)
  if (typeof value === 'string') return MOMENT.test(value) ? format.dateTime(value) : value
  if (Array.isArray(value)) {
    if (value.length === 0) return t('ui.none')
    const shown = value.slice(0, MOST_SHOWN).map((one: unknown) => detailValue(name, one, words))
    return value.length > MOST_SHOWN ? `${shown.join(', ')}…` : shown.join(', ')
  }
  return Object.entries(value)
    .map(([key, one]) => `${detailName(key, words)}: ${detailValue(key, one, words)}`)
    .join(', ')
}
