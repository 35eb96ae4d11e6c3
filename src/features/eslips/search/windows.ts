import type { RawSql } from '../../../db/client'
import { liveDays } from '../ingest'
import type { SlipFilter } from './schemas'

/** A part of a period: this moment and later, before that one. An end that is not there is open. */
export type Window = Pick<SlipFilter, 'from' | 'to'>

/**
 * Days that one statement opens at most. Each takes a lock for its table and one for each index, some 250 together; all
 * statements of a server at once must find room in a PostgreSQL as it comes (6,400).
 */
const DAYS_AT_ONCE = 16

/**
 * Parts a period into windows of few days each, the newest first. They leave no gap, so that a day that comes meanwhile is
 * in one of them; a period of few days is one window.
 */
export async function windowsOf(sql: RawSql, { from, to }: Window): Promise<Window[]> {
  const days = (await liveDays(sql)).filter(
    (day) => (from === undefined || day >= from.slice(0, 10)) && (to === undefined || day <= to.slice(0, 10)),
  )
  const windows: Window[] = []
  let end = to
  for (let at = days.length - DAYS_AT_ONCE; at > 0; at -= DAYS_AT_ONCE) {
    const start = `${days[at]}T00:00:00.000Z`
    windows.push(windowOf(start, end))
    end = start
  }
  return [...windows, windowOf(from, end)]
}

function windowOf(from: string | undefined, to: string | undefined): Window {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}
