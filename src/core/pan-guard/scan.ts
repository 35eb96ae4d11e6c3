import { LONGEST, SHORTEST } from './bins'
import { isDigitByte } from './bytes'
import { asciiKind, BLANK, CROSS, kindAt, LETTER, OTHER, widthAt } from './characters'
import { canBeWord, FEWEST_IN_WORD, FEWEST_PAIRS, maskDumps } from './dumps'
import {
  canBeOnTrack,
  isAfterName,
  maskElement52,
  maskFields,
  maskPinBlock,
  maskTracks,
  SHORTEST_ON_TRACK,
} from './fields'
import { isPartOfNumber, maskPlainNumbers } from './plain'
import { MOST_DIGITS, type Work } from './work'

/** What stands between the groups of a number: anything but letters and digits, or the x that people type. */
const MOST_SEPARATORS = 8
/** A number goes on in the next line, or in the one after an empty line; CR and LF of two sources may both stand there. */
const MOST_BREAKS = 3
/** With the margins of lines. */
const WIDEST_GAP_BYTES = 240
/** Longer runs are looked at in parts. */
const MOST_RUN_BYTES = 8_192
/** Of a part, this is looked at once more: the longest number digit by digit. */
const GROUPS_AGAIN = 20
const DIGITS_AGAIN = 64

const SKIP = 0
const DIGIT = 1
const WIDE = 2
const LETTER_K = 3
/** What the scanner does at a byte. Nothing that begins with 0xD0 to 0xD8 (Cyrillic and its neighbours) is a digit. */
const STEPS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x30 && byte <= 0x39) return DIGIT
  if (byte === 0x6b || byte === 0x4b) return LETTER_K
  return byte === 0xc2 || (byte >= 0xd9 && byte < 0xf5) ? WIDE : SKIP
})

/**
 * The one pass over the bytes (UTF-8; others are no digits and separate): every run of digits is collected once and given
 * to the rules. All loops are bounded by the constants above, so no input makes it slow.
 * @param to where it may stop
 * @returns where to go on, or where it is done
 */
export function scan(work: Work, from = 0, to = work.limit): number {
  const { bytes } = work
  let at = from
  while (at < to) {
    const step = STEPS[bytes[at] as number]
    if (step === SKIP) at++
    else if (step === DIGIT) {
      // Quick: 52 or 052, the number of a field.
      if (bytes[at + 1] === 0x32 || bytes[at + 1] === 0x35) maskElement52(work, at)
      at = takeRun(work, at)
    } else if (step === LETTER_K) {
      maskPinBlock(work, at)
      at++
    } else {
      const width = widthAt(bytes, at)
      at = kindAt(bytes, at, width) <= 9 ? takeRun(work, at) : at + width
    }
  }
  return at
}

/** Collects the run that begins here and has it judged. Returns where to go on. */
function takeRun(work: Work, begin: number): number {
  const { bytes, run, end } = work
  const from = behindTime(work, begin)
  const { starts, begins } = run
  run.read = 0
  let digits = 0
  let groups = 0
  let before = 0
  let singles = 0
  let pairs = 0
  let row = 0
  let step = 0
  let lastPair = 0
  /** Of all groups, what {@link FOLLOWING} says of them. */
  let rules = 0
  let at = from
  for (;;) {
    const first = digits
    const place = at
    begins[groups] = place
    starts[groups++] = first
    while (at < end && digits < MOST_DIGITS) {
      const byte = bytes[at] as number
      if (byte >= 0x30 && byte <= 0x39) {
        digits++
        at++
        continue
      }
      if (byte < 0x80) break
      const width = widthAt(bytes, at)
      const kind = kindAt(bytes, at, width)
      if (kind > 9) break
      digits++
      at += width
    }
    const length = digits - first
    const size = Math.min(length, LONGER)
    const asked = FOLLOWING[before * (LONGER + 1) + size] as number
    before = size
    rules |= asked & ~ASKS
    if ((asked & ASKS) !== 0) {
      if ((asked & ASK_FIELD) !== 0 && isAfterName(bytes, place)) rules |= FIELDS
      if ((asked & ASK_WORD) !== 0 && canBeWord(work, place, length)) rules |= DUMPS
      if ((asked & ASK_TRACK) !== 0 && canBeOnTrack(bytes[at])) rules |= TRACKS
    }
    singles = length === 1 ? singles + 1 : 0
    if (singles === SHORTEST) rules |= NUMBERS
    if (length === 2) {
      pairs++
      const taken = place - lastPair
      const isAlike = row > 1 && taken === step && bytes[place - 1] === bytes[place - 1 - step]
      row = row === 0 ? 1 : isAlike ? row + 1 : 2
      step = taken
      lastPair = place
      if (row === FEWEST_PAIRS || bytes[place - 1] === 0x78) rules |= DUMPS
      if (!work.isDecoded) {
        let behind = work.endOfDump(at)
        if (behind === -1 && pairs % FEWEST_PAIRS === 0) {
          if ((rules & DUMPS) === 0) seeAll(work, groups)
          else judge(work, digits, groups, DUMPS)
          behind = work.endOfDump(at)
        }
        if (behind !== -1) {
          if ((rules & ANY) !== 0) judge(work, digits, groups, rules)
          return behind
        }
      }
    } else {
      pairs = 0
      row = 0
    }
    if (digits === MOST_DIGITS || at - from > MOST_RUN_BYTES) {
      if ((rules & IN_DUMPS) !== 0 && (rules & DUMPS) === 0 && !work.isDecoded) seeAll(work, groups)
      judge(work, digits, groups, rules)
      return goOnAt(work, from, at)
    }
    if (at >= end) break
    const byte = bytes[at] as number
    // The commonest first: one separator, or a letter.
    if (byte < 0x80) {
      const kind = asciiKind(byte)
      if (kind === LETTER) break
      const next = bytes[at + 1] as number
      if (next >= 0x30 && next <= 0x39 && at + 1 < end && (kind === OTHER || byte === 0x20)) {
        at++
        continue
      }
      if (next < 0x80 && asciiKind(next) === LETTER) break
    }
    const group = gapEnd(work, at)
    if (group === -1) break
    at = group
    // A time is no part of a number that has not begun.
    if ((rules & NUMBERS) !== 0 || before === 8) continue
    const behind = behindTime(work, at)
    if (behind !== at) {
      at = behind
      break
    }
  }
  if ((rules & ANY) !== 0) judge(work, digits, groups, rules)
  return at
}

/** Of a time as most logs write it (ISO 8601), up to its seconds: `2026-11-27 10:00:`. */
const TIME_BYTES = 17

/**
 * Behind the time that begins here, if one does: up to its seconds it is passed over. Nearly every line of a log begins so, and
 * its many groups would cost more than the rest of the line; no rule can apply to them. The seconds may stand beside further
 * pairs, and stay.
 */
function behindTime(work: Work, from: number): number {
  const { bytes } = work
  // Quick: most digits are of no time.
  if (bytes[from + 4] !== 0x2d || bytes[from + 7] !== 0x2d || from + TIME_BYTES >= work.end) return from
  if (bytes[from + 13] !== 0x3a || bytes[from + 16] !== 0x3a) return from
  if (bytes[from + 10] !== 0x20 && bytes[from + 10] !== 0x54) return from
  // Years of other millennia could be words of dumps, and a year behind a name a check value.
  const isYear = (bytes[from] === 0x31 || bytes[from] === 0x32) && arePair(bytes, from + 2)
  const isDay = isDigitByte(bytes[from + 1]) && arePair(bytes, from + 5) && arePair(bytes, from + 8)
  const isTime =
    arePair(bytes, from + 11) && arePair(bytes, from + 14) && isDigitByte(bytes[from + TIME_BYTES])
  if (!isYear || !isDay || !isTime || isAfterName(bytes, from)) return from
  const isInDump = work.endOfDump(from + 7) !== -1 || work.endOfDump(from + 16) !== -1
  return isInDump ? from : from + TIME_BYTES
}

const arePair = (bytes: Uint8Array, at: number) => isDigitByte(bytes[at]) && isDigitByte(bytes[at + 1])

/** Where the part after this one begins, so that a number across their border is whole in one of them. */
function goOnAt({ run }: Work, from: number, end: number): number {
  const group = run.groups - GROUPS_AGAIN
  const byGroup = group > 0 ? (run.at[run.starts[group] as number] as number) : 0
  const byDigit = run.digits > DIGITS_AGAIN ? (run.at[run.digits - DIGITS_AGAIN] as number) : 0
  const next = Math.max(byGroup, byDigit)
  return next > from ? next : end
}

/** Groups that are longer count as of this length. */
const LONGER = 31
/** What can apply to a run. */
const NUMBERS = 1
const TRACKS = 2
const FIELDS = 4
const DUMPS = 8
const ANY = NUMBERS | TRACKS | FIELDS | DUMPS
/** It holds groups whose lengths dumps have. */
const IN_DUMPS = 16
/** What is to be asked of the bytes before a rule can apply: whether a name stands before, or the like. */
const ASK_FIELD = 32
const ASK_WORD = 64
const ASK_TRACK = 128
const ASKS = ASK_FIELD | ASK_WORD | ASK_TRACK

/**
 * By the length of the group before (0 for none) and that of a group: which rules can apply to the run. No rule cuts what is
 * not named here, so that most runs (times, amounts, counters) are given to none.
 */
const FOLLOWING = Uint8Array.from({ length: (LONGER + 1) ** 2 }, (_, at) =>
  rulesFor(Math.floor(at / (LONGER + 1)), at % (LONGER + 1)),
)

function rulesFor(before: number, length: number): number {
  const isWord = length === 4 || length === 8
  let rules = 0
  if (length >= SHORTEST || isPartOfNumber(before, length)) rules |= NUMBERS
  if (length >= SHORTEST_ON_TRACK) rules |= ASK_TRACK
  if (length === 2) rules |= IN_DUMPS
  if (isWord || length >= FEWEST_IN_WORD) rules |= IN_DUMPS
  if (length >= 4) rules |= ASK_WORD
  if (length === 3 || length === 4 || (length >= SHORTEST && length <= LONGEST)) rules |= ASK_FIELD
  return rules
}

/** @param rules that can apply to it */
function judge(work: Work, digits: number, groups: number, rules: number): void {
  const { run } = work
  run.readUpTo(work.bytes, groups, digits)
  if ((rules & DUMPS) !== 0 && !work.isDecoded) maskDumps(work, scan)
  if ((rules & TRACKS) !== 0) maskTracks(work)
  if ((rules & FIELDS) !== 0) maskFields(work)
  if ((rules & NUMBERS) !== 0) maskPlainNumbers(work)
}

/** The groups of a run that is no dump so far are not looked at once more when it goes on. */
function seeAll(work: Work, groups: number): void {
  work.seeGroup(work.run.begins[groups - 1] as number)
}

/**
 * Where the next group begins if a number may go on there, else -1. The margins of lines, and what fills them up, count as
 * nothing.
 */
function gapEnd(work: Work, from: number): number {
  const { bytes, end } = work
  const last = Math.min(end, from + WIDEST_GAP_BYTES)
  let at = from
  let chars = 0
  let breaks = 0
  let crosses = 0
  let solids = 0
  /** Characters without the margins of their lines. */
  let inner = 0
  let blanks = 0
  let isMargin = true
  while (at < last) {
    const byte = bytes[at] as number
    if (byte === 0x0a || byte === 0x0d) {
      at += byte === 0x0d && bytes[at + 1] === 0x0a ? 2 : 1
      if (!work.acrossLines || ++breaks > MOST_BREAKS) return -1
      blanks = 0
      isMargin = true
      continue
    }
    const width = byte < 0x80 ? 1 : widthAt(bytes, at)
    const kind = byte < 0x80 ? asciiKind(byte) : kindAt(bytes, at, width)
    if (kind <= 9) {
      if (crosses > 0 && solids > 1) return -1
      return (breaks === 0 ? chars : inner) <= MOST_SEPARATORS ? at : -1
    }
    if (kind === LETTER) return -1
    chars++
    if (kind === BLANK) blanks++
    else {
      if (kind === CROSS) crosses++
      solids++
      inner += isMargin ? 1 : blanks + 1
      isMargin = false
      blanks = 0
    }
    at += width
  }
  return -1
}
