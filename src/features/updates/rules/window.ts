import { zoneOffsetMs } from '../../../core/time-zone'
import { WEEKDAYS } from './lists'
import type { Window } from './schemas'

export interface WindowState {
  isOpen: boolean
  /** When it opens next; where it is open, when it opened. Unix ms. */
  opensAtMs: number
  /** When that opening ends. */
  closesAtMs: number
}

const DAY_MS = 86_400_000
const WEEK_DAYS = 7

/**
 * The opening of a window that is now, or comes next, in the time zone of a terminal.
 *
 * A window belongs to the day on which it opens: Friday 22:00 to 04:00 ends on Saturday. Where clocks are put forward
 * over its edge, the edge is the moment after the gap; where they are put back, the first of both.
 * @param zone IANA name, such as `Europe/Moscow`
 */
export function windowState(window: Window, zone: string, nowMs: number): WindowState {
  const today = localDay(zone, nowMs)
  // From yesterday, whose window may still be open, until the same day next week.
  for (let ahead = -1; ahead <= WEEK_DAYS; ahead++) {
    const dayMs = today + ahead * DAY_MS
    if (!isOn(window, dayMs)) continue
    const opensAtMs = momentOf(dayMs, window.from, zone)
    const isOverMidnight = window.to <= window.from
    const closesAtMs = momentOf(isOverMidnight ? dayMs + DAY_MS : dayMs, window.to, zone)
    if (nowMs < closesAtMs) return { isOpen: nowMs >= opensAtMs, opensAtMs, closesAtMs }
  }
  throw new Error('A window has at least one day a week.')
}

function isOn({ days }: Window, dayMs: number): boolean {
  // 1 January 1970 was a Thursday.
  const weekday = WEEKDAYS[(Math.floor(dayMs / DAY_MS) + 3) % WEEK_DAYS]
  return days === undefined || (weekday !== undefined && days.includes(weekday))
}

/** The calendar day in that zone, as the moment at which it begins in UTC. */
function localDay(zone: string, atMs: number): number {
  return Math.floor((atMs + zoneOffsetMs(zone, atMs)) / DAY_MS) * DAY_MS
}

function momentOf(dayMs: number, timeOfDay: string, zone: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number)
  const wall = dayMs + (hours * 60 + minutes) * 60_000
  const guess = wall - zoneOffsetMs(zone, wall)
  const earlier = wall - zoneOffsetMs(zone, guess - DAY_MS / 2)
  // Before a change the old offset holds, after it the new one; in the gap neither does.
  for (const moment of [Math.min(guess, earlier), Math.max(guess, earlier)])
    if (moment + zoneOffsetMs(zone, moment) === wall) return moment
  return Math.max(guess, earlier)
}
