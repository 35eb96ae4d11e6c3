import type { AlertEvent, AlertState } from './lists'

/**
 * Two machines. A standing is how one terminal or thing is: bad for so long that it is told of, well for so long that it
 * is over. An alert is what people see of one standing, or of many.
 *
 * alert: raised → acknowledged → cleared, raised → cleared, cleared → raised (within the quiet time), and acknowledged →
 * raised where it has grown to twice of what people knew. Everything but the acknowledgement is done by what is seen.
 */

/** What is seen of a terminal or thing: beyond the threshold, well, or between the two where neither can be said. */
export type Sign = 'bad' | 'between' | 'good'

export interface Standing {
  badSince: Date
  /** Since when it is well again, where that is not yet long enough. */
  goodSince: Date | null
  /** True once people were told. */
  isRaised: boolean
}

export interface Lasting {
  raiseAfterMs: number
  clearAfterMs: number
}

export interface Stepped {
  /** Undefined: nothing is left to remember. */
  standing: Standing | undefined
  does: 'nothing' | 'raise' | 'clear'
}

/**
 * The next standing by what is seen now. A condition that has not lasted is forgotten at once; one that people were told
 * of ends only when it was well, without a break, for as long as the rule says.
 */
export function stepStanding(
  before: Standing | undefined,
  seen: { sign: Sign; since: Date },
  { raiseAfterMs, clearAfterMs }: Lasting,
  now: Date,
): Stepped {
  if (before === undefined || !before.isRaised) {
    if (seen.sign !== 'bad') return { standing: undefined, does: 'nothing' }
    const badSince = before?.badSince ?? seen.since
    const isDue = now.getTime() - badSince.getTime() >= raiseAfterMs
    return {
      standing: { badSince, goodSince: null, isRaised: isDue },
      does: isDue ? 'raise' : 'nothing',
    }
  }
  if (seen.sign !== 'good') return { standing: { ...before, goodSince: null }, does: 'nothing' }
  const goodSince = before.goodSince ?? now
  if (now.getTime() - goodSince.getTime() >= clearAfterMs) return { standing: undefined, does: 'clear' }
  return { standing: { ...before, goodSince }, does: 'nothing' }
}

export interface Standard {
  state: AlertState
  /** Of how many people were last told, or said that they knew. */
  toldCount: number
}

export interface Counted extends Standard {
  event: AlertEvent | undefined
}

/** What becomes of an alert that is about so many terminals now, or about one thing, or none. */
export function afterCount({ state, toldCount }: Standard, count: number): Counted {
  if (state === 'cleared')
    return count === 0
      ? { state, toldCount, event: undefined }
      : { state: 'raised', toldCount: count, event: 'reopened' }
  if (count === 0) return { state: 'cleared', toldCount, event: 'cleared' }
  if (count >= toldCount * 2) return { state: 'raised', toldCount: count, event: 'grew' }
  return { state, toldCount, event: undefined }
}

/** Somebody looks after it. Undefined where there is nothing to look after any more. */
export function acknowledged(
  { state }: Pick<Standard, 'state'>,
  count: number,
): (Standard & { state: 'acknowledged' }) | undefined {
  return state === 'cleared' ? undefined : { state: 'acknowledged', toldCount: count }
}

export interface Group {
  id: string
  clearedAt: Date | null
  /** When a terminal last came to it. */
  joinedAt: Date
}

export type RaisePlan = { as: 'nothing' } | { as: 'singles' } | { as: 'group'; groupId: string | undefined }

/**
 * How terminals that are due are told of. As long as few are, each has an alert of its own; beyond that there is one for all
 * that come now. They go to the group that still gathers, or that has cleared a moment ago; else to a new one.
 * @param groups of the kind, whichever order
 */
export function planRaise(
  due: { newcomers: number; openSingles: number; groups: readonly Group[] },
  { groupedFrom, quietMs }: { groupedFrom: number; quietMs: number },
  now: Date,
): RaisePlan {
  if (due.newcomers === 0) return { as: 'nothing' }
  if (due.openSingles + due.newcomers <= groupedFrom) return { as: 'singles' }
  const lastAt = ({ clearedAt, joinedAt }: Group) => (clearedAt ?? joinedAt).getTime()
  const near = due.groups.filter((group) => now.getTime() - lastAt(group) < quietMs)
  // One that is open goes before one that has cleared; of several, the latest.
  const [best] = near.sort(
    (one, other) =>
      Number(one.clearedAt !== null) - Number(other.clearedAt !== null) || lastAt(other) - lastAt(one),
  )
  return { as: 'group', groupId: best?.id }
}
