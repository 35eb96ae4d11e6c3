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

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const WEEK_DAYS = 7
/** A week ahead, and another one where clocks are put forward over the whole of it. */
const DAYS_AHEAD = 2 * WEEK_DAYS

/**
 * The opening of a window that is now, or comes next, in the time zone of a terminal.
 *
 * A window belongs to the day on which it opens: Friday 22:00 to 04:00 ends on Saturday; from 22:00 to 22:00 lasts a day.
 * While it is open the clock on the terminal's wall stands within it: where clocks are put forward over its edge, the edge
 * is the moment after the gap; where they are put back, it opens at the second of both and closes at the first.
 * @param zone IANA name, such as `Europe/Moscow`
 */
export function windowState(window: Window, zone: string, nowMs: number): WindowState {
  const known = openings.get(window) ?? new Map<string, Opening>()
  openings.set(window, known)
  const last = known.get(zone)
  const isStill = last !== undefined && last.soughtAtMs <= nowMs && nowMs < last.closesAtMs
  const opening = isStill ? last : { ...nextOpening(window, zone, nowMs), soughtAtMs: nowMs }
  known.set(zone, opening)
  const { opensAtMs, closesAtMs } = opening
  return { isOpen: nowMs >= opensAtMs, opensAtMs, closesAtMs }
}

interface Opening {
  opensAtMs: number
  closesAtMs: number
  soughtAtMs: number
}

/** Calendars are slow, and the terminals of a zone are many: from when an opening was found until it ends it is the same one. */
const openings = new WeakMap<Window, Map<string, Opening>>()

function nextOpening(window: Window, zone: string, nowMs: number) {
  const today = localDay(zone, nowMs)
  // From yesterday, whose window may still be open.
  for (let ahead = -1; ahead <= DAYS_AHEAD; ahead++) {
    const dayMs = today + ahead * DAY_MS
    if (!isOn(window, dayMs)) continue
    const opening = openingOn(dayMs, window, zone)
    if (nowMs < opening.closesAtMs && opening.opensAtMs < opening.closesAtMs) return opening
  }
  throw new Error('A window has at least one day a week.')
}

function isOn({ days }: Window, dayMs: number): boolean {
  // 1 January 1970 was a Thursday.
  const weekday = WEEKDAYS[(Math.floor(dayMs / DAY_MS) + 3) % WEEK_DAYS]
  return days === undefined || (weekday !== undefined && days.includes(weekday))
}

function openingOn(dayMs: number, { from, to }: Window, zone: string) {
  const isOverMidnight = to <= from
  const ends = momentsOf(isOverMidnight ? dayMs + DAY_MS : dayMs, to, zone)
  const starts = momentsOf(dayMs, from, zone)
  const closesAtMs = ends.first
  // Where both edges are within the hour that comes twice, it is open the first time.
  return { opensAtMs: starts.last < closesAtMs ? starts.last : starts.first, closesAtMs }
}

/** The calendar day in that zone, as the moment at which it begins in UTC. */
function localDay(zone: string, atMs: number): number {
  return Math.floor((atMs + zoneOffsetMs(zone, atMs)) / DAY_MS) * DAY_MS
}

/** When the clock on the wall shows that: mostly once, twice where it is put back, and the end of the gap where never. */
function momentsOf(dayMs: number, timeOfDay: string, zone: string): { first: number; last: number } {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number)
  const wall = dayMs + (hours * 60 + minutes) * MINUTE_MS
  // Wherever on earth: a day before and a day after have the offsets of before and after a change that concerns it.
  const offsets = [zoneOffsetMs(zone, wall - DAY_MS), zoneOffsetMs(zone, wall + DAY_MS)]
  const moments = offsets.map((offset) => wall - offset)
  const [earlier, later] = [Math.min(...moments), Math.max(...moments)]
  const shown = [earlier, later].filter((moment) => moment + zoneOffsetMs(zone, moment) === wall)
  const [first] = shown
  if (first !== undefined) return { first, last: shown.at(-1) ?? first }
  const end = endOfGap(zone, earlier, later)
  return { first: end, last: end }
}

/** The minute at which the offset changes between two moments. */
function endOfGap(zone: string, fromMs: number, toMs: number): number {
  const before = zoneOffsetMs(zone, fromMs)
  let [low, high] = [Math.floor(fromMs / MINUTE_MS), Math.ceil(toMs / MINUTE_MS)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (zoneOffsetMs(zone, middle * MINUTE_MS) === before) low = middle
    else high = middle
  }
  return high * MINUTE_MS
}
