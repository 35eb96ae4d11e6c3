import { isCardAt, LONGEST, SHORTEST } from './bins'
import { isDigitByte } from './bytes'
import type { Run, Work } from './work'

/** Groups of a parted number at most, unless it is parted digit by digit. */
const MOST_GROUPS = 5
const AMEX = 15
const USUAL = 16

/**
 * Cuts card numbers that are written as digits, in whatever script and with whatever separators, and whatever stands beside
 * them: prefix, length and check digit decide. Nothing else changes.
 */
export function maskPlainNumbers(work: Work): void {
  const { run } = work
  if (run.digits < SHORTEST) return
  for (let group = 0; group < run.groups; group++) {
    if (run.digits - (run.starts[group] as number) < SHORTEST) return
    const last = numberFrom(work, group)
    if (last !== -1) group = last
  }
}

/** Cuts the longest number that begins with this group and ends with a group; returns that group, or -1. */
function numberFrom(work: Work, from: number): number {
  const { run } = work
  const first = run.lengthOf(from)
  const start = run.starts[from] as number
  if (first === 1) {
    for (let length = Math.min(LONGEST, singlesFrom(run, from)); length >= SHORTEST; length--)
      if (cutIfCard(work, start, length)) return from + length - 1
  }
  if (first === 4 || first === 6 || first === 8) {
    for (let last = Math.min(from + MOST_GROUPS, run.groups) - 1; last > from; last--) {
      const length = (run.starts[last + 1] as number) - start
      if (length < SHORTEST) break
      if (length <= LONGEST && isParted(run, from, last) && cutIfCard(work, start, length)) return last
    }
  }
  if (first < SHORTEST) return -1
  return cutIfCard(work, start, first) || cutWithin(work, start, first) ? from : -1
}

function singlesFrom(run: Run, from: number): number {
  let group = from
  while (group < run.groups && group - from < LONGEST && run.lengthOf(group) === 1) group++
  return group - from
}

/**
 * How card numbers are parted: as they are embossed (in fours and eights, with a shorter end; 4-6-5 and 4-6-4), behind the
 * issuer's six digits, or digit by digit. Digits that are parted otherwise are amounts, dates, RRN and STAN, taxpayers.
 */
function isParted(run: Run, from: number, last: number): boolean {
  const first = run.lengthOf(from)
  const end = run.lengthOf(last)
  if (first === 6) return last === from + 1 && end === 10
  if (first === 4 && last === from + 2 && run.lengthOf(from + 1) === 6) return end === 5 || end === 4
  for (let group = from; group < last; group++) {
    const length = run.lengthOf(group)
    if (length !== 4 && length !== 8) return false
  }
  return end <= 4 || end === 8
}

/** Whether these can be two groups of one number, the first and the second of it or later ones: what {@link isParted} takes. */
export function isPartOfNumber(length: number, next: number): boolean {
  if (length === 6) return next === 10
  const isWord = next === 4 || next === 8
  return length === 4 ? isWord || next === 6 : length === 8 && isWord
}

/**
 * Numbers filled up with zeros before them, or written at once with other digits: their length, a STAN, the expiry, a check
 * value, another number.
 */
function cutWithin(work: Work, start: number, length: number): boolean {
  const { values } = work.run
  if (length <= SHORTEST) return false
  const end = start + length
  let at = start
  while (at < end && values[at] === 0) at++
  if (at > start || length > LONGEST) {
    let count = 0
    for (let taken = cutLongest(work, at, end); taken > 0; taken = cutLongest(work, at, end)) {
      at += taken
      count++
    }
    if (count > 0) return true
  }
  for (const from of [start, undefined])
    for (const size of [USUAL, AMEX]) {
      const begin = from ?? end - size
      if (size < length && isCommon(values, begin, size) && cutIfCard(work, begin, size)) return true
    }
  return false
}

function cutLongest(work: Work, from: number, end: number): number {
  for (let length = Math.min(LONGEST, end - from); length >= SHORTEST; length--)
    if (cutIfCard(work, from, length)) return length
  return 0
}

/** Of cards in use: of the rarer ones too many would be seen in other numbers. */
function isCommon(values: Uint8Array, at: number, length: number): boolean {
  const first = values[at] as number
  const second = values[at + 1] as number
  if (length === AMEX) return first === 3 && (second === 4 || second === 7)
  if (first === 4 || first === 9) return true
  if (first === 5) return second >= 1 && second <= 5
  if (first === 2) return second >= 2 && second <= 7
  return (
    (first === 3 && second === 5) ||
    (first === 6 && (second === 2 || second === 5)) ||
    (first === 8 && second === 1)
  )
}

/** What another rule has cut already is none any more. */
function cutIfCard(work: Work, from: number, length: number): boolean {
  const { run, bytes } = work
  if (!isCardAt(run.values, from, length)) return false
  for (let digit = from; digit < from + length; digit++) {
    const byte = bytes[run.at[digit] as number] as number
    if (byte < 0x80 && !isDigitByte(byte)) return false
  }
  work.cut(from, length)
  return true
}
