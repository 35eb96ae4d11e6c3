import { type SQL, sql } from 'drizzle-orm'
import { momentText } from '../../../core/moment'
import type { RawSql } from '../../../db/client'
import { liveDays } from '../ingest'
import { periodOf } from './filter'
import type { SlipFilter } from './schemas'

type Period = Pick<SlipFilter, 'from' | 'to'>

/** A part of a period: this moment and later, before that one. An end that is not there is open. */
export interface Window extends Period {
  /** That a slip `s` is in it; leaves out the other days when it is planned, whatever the parameters. */
  holds: SQL
}

/**
 * Days that one statement opens at most. Each takes a lock for its table and one for each index, some 250 together; all
 * statements of a server at once must find room in a PostgreSQL as it comes (6,400).
 */
const DAYS_AT_ONCE = 16
const DAY_MS = 86_400_000

/**
 * Parts a period into windows of few days each, the newest first. They leave no gap, so that a day that comes meanwhile is
 * in one of them. Their bounds stand in the texts of statements and are the same for weeks, so that prepared plans of them
 * are few and each locks its own days alone.
 */
export async function windowsOf(db: RawSql, period: Period): Promise<Window[]> {
  const { from, to } = period
  const days = (await liveDays(db)).filter(
    (day) => (from === undefined || day >= from.slice(0, 10)) && (to === undefined || day <= to.slice(0, 10)),
  )
  const starts = [...new Set(days.map((day) => startOf(day)))].slice(1).reverse()
  const oldest = from === undefined ? undefined : startOf(from.slice(0, 10))
  const newest = to === undefined ? undefined : startOf(to.slice(0, 10), 1)
  const bounds = [newest, ...starts, oldest]
  return bounds.slice(1).map((start, at) => windowOf(period, start, bounds[at]))
}

/** When the days that are opened together with this one begin; or so many windows later. */
function startOf(day: string, later = 0): string {
  const number = Math.floor(Date.parse(day) / DAY_MS)
  return momentText((number - (number % DAYS_AT_ONCE) + later * DAYS_AT_ONCE) * DAY_MS)
}

/** @param start undefined: whatever is older @param end undefined: whatever is newer */
function windowOf(period: Period, start: string | undefined, end: string | undefined): Window {
  const holds = [
    ...(start === undefined ? [] : [sql`s.filed_at >= ${literal(start)}`]),
    ...(end === undefined ? [] : [sql`s.filed_at < ${literal(end)}`]),
    periodOf(period),
  ]
  const [from, to] = [later(period.from, start), earlier(period.to, end)]
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    holds: sql.join(holds, sql` and `),
  }
}

const literal = (moment: string): SQL => sql.raw(`timestamptz '${moment}'`)
const earlier = (one: string | undefined, other: string | undefined) => ordered(one, other)[0]
const later = (one: string | undefined, other: string | undefined) => ordered(one, other).at(-1)
const ordered = (...moments: (string | undefined)[]) => moments.filter((one) => one !== undefined).sort()
