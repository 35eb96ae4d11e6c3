import type { Connectivity } from './lists'
import type { Status } from './schemas'

export type StatusChanges = Record<string, { before: unknown; after: unknown }>

/** What differs between two statuses, by top-level field. An empty object: nothing. */
export function changesBetween(before: Status | null, after: Status): StatusChanges {
  const changes: StatusChanges = {}
  for (const field of new Set([...Object.keys(before ?? {}), ...Object.keys(after)]) as Set<keyof Status>) {
    const was = before?.[field] ?? null
    const is = after[field] ?? null
    if (!saysTheSame(was, is)) changes[field] = { before: was, after: is }
  }
  return changes
}

/** Equal as JSON, whatever the order of fields: nobody writes text for what is not kept. */
function saysTheSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((one, at) => saysTheSame(one, b[at]))
    )
  const [was, is] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const isHeld = (from: Record<string, unknown>, by: Record<string, unknown>) =>
    Object.keys(from).every((key) => saysTheSame(from[key], by[key]))
  return isHeld(was, is) && Object.keys(is).every((key) => was[key] !== undefined || is[key] === undefined)
}

export interface RegisteredFacts {
  serial: string
  model: string
  tids: readonly { acquirer: string; tid: string }[]
}

export type Mismatch = 'serial' | 'model' | 'tid'

/** Registered facts the terminal contradicts. What either side leaves open contradicts nothing. */
export function mismatchesOf(registered: RegisteredFacts, status: Status): Mismatch[] {
  const found: Mismatch[] = []
  if (status.serial !== undefined && status.serial !== registered.serial) found.push('serial')
  if (status.model !== undefined && registered.model !== '' && !sameModel(status.model, registered.model))
    found.push('model')
  const reported = [
    ...(status.tids ?? []).map((one) => one.tid),
    ...(status.tid === undefined ? [] : [status.tid]),
  ]
  if (registered.tids.length > 0 && reported.some((tid) => !registered.tids.some((one) => one.tid === tid)))
    found.push('tid')
  return found
}

function sameModel(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase()
}

/**
 * How far the terminal's clock is from ours, in ms (positive: it is ahead). Undefined where it said nothing readable;
 * a time without an offset is taken as UTC.
 */
export function clockSkewMs(localTime: string | undefined, receivedAtMs: number): number | undefined {
  if (localTime === undefined) return undefined
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(localTime)
  const said = Date.parse(hasZone ? localTime : `${localTime}Z`)
  return Number.isNaN(said) ? undefined : said - receivedAtMs
}

/**
 * Online: checked in within the interval it was given and a third. Late: within `lateIntervals` intervals. Lost: longer.
 * The interval is the one it was last told, so that a server under load makes nobody late.
 */
export function connectivity(
  lastSeen: { at: Date; nextCheckInSeconds: number } | null,
  now: Date,
  lateIntervals: number,
): Connectivity {
  if (lastSeen === null) return 'never'
  const silentSeconds = (now.getTime() - lastSeen.at.getTime()) / 1000
  if (silentSeconds <= (lastSeen.nextCheckInSeconds * 4) / 3) return 'online'
  return silentSeconds <= lastSeen.nextCheckInSeconds * lateIntervals ? 'late' : 'lost'
}

/**
 * When a terminal should come next, in seconds. Every terminal has its own place in the interval, told by its id, so
 * that a fleet spreads evenly at once, also after an outage that made everybody call at the same moment. The answer
 * lies between half and one and a half intervals; under load the interval is stretched first.
 * @param phase the terminal's place, 0 ≤ phase < 1
 * @param loadFactor 1 when idle, more under load
 */
export function nextCheckInSeconds(
  intervalSeconds: number,
  phase: number,
  nowMs: number,
  loadFactor: number,
): number {
  const interval = Math.max(1, Math.round(intervalSeconds * loadFactor))
  const nowInInterval = (nowMs / 1000) % interval
  let wait = phase * interval - nowInInterval
  if (wait < 0) wait += interval
  if (wait < interval / 2) wait += interval
  return Math.max(1, Math.round(wait))
}
