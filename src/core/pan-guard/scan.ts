import { SHORTEST } from './bins'
import { asciiKind, BLANK, CROSS, kindAt, LETTER, OTHER, widthAt } from './characters'
import { FEWEST_PAIRS, maskDumps } from './dumps'
import { maskFields, maskPinBlock, maskTracks } from './fields'
import { maskPlainNumbers } from './plain'
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
 */
export function scan(work: Work): void {
  const { bytes, limit } = work
  let at = 0
  while (at < limit) {
    const step = STEPS[bytes[at] as number]
    if (step === SKIP) at++
    else if (step === DIGIT) at = takeRun(work, at)
    else if (step === LETTER_K) {
      maskPinBlock(work, at)
      at++
    } else {
      const width = widthAt(bytes, at)
      at = kindAt(bytes, at, width) <= 9 ? takeRun(work, at) : at + width
    }
  }
}

/** Collects the run that begins here and has it judged. Returns where to go on. */
function takeRun(work: Work, from: number): number {
  const { bytes, run, end } = work
  const { values, at: places, starts } = run
  let digits = 0
  let groups = 0
  let lengths = 0
  let pairs = 0
  let at = from
  for (;;) {
    const first = digits
    starts[groups++] = first
    while (at < end && digits < MOST_DIGITS) {
      const byte = bytes[at] as number
      if (byte >= 0x30 && byte <= 0x39) {
        values[digits] = byte - 0x30
        places[digits++] = at++
        continue
      }
      if (byte < 0x80) break
      const width = widthAt(bytes, at)
      const kind = kindAt(bytes, at, width)
      if (kind > 9) break
      values[digits] = kind
      places[digits++] = at
      at += width
    }
    const length = digits - first
    lengths |= 1 << Math.min(length, 31)
    pairs = length === 2 ? pairs + 1 : 0
    if (length === 2 && !work.isDecoded) {
      let behind = work.endOfDump(at)
      if (behind === -1 && pairs % FEWEST_PAIRS === 0) {
        run.digits = digits
        run.groups = groups
        starts[groups] = digits
        maskDumps(work, scan)
        behind = work.endOfDump(at)
      }
      if (behind !== -1) {
        judge(work, digits, groups, lengths)
        return behind
      }
    }
    if (digits === MOST_DIGITS || at - from > MOST_RUN_BYTES) {
      judge(work, digits, groups, lengths)
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
    }
    const group = gapEnd(work, at)
    if (group === -1) break
    at = group
  }
  judge(work, digits, groups, lengths)
  return at
}

/** Where the part after this one begins, so that a number across their border is whole in one of them. */
function goOnAt({ run }: Work, from: number, end: number): number {
  const group = run.groups - GROUPS_AGAIN
  const byGroup = group > 0 ? (run.at[run.starts[group] as number] as number) : 0
  const byDigit = run.digits > DIGITS_AGAIN ? (run.at[run.digits - DIGITS_AGAIN] as number) : 0
  const next = Math.max(byGroup, byDigit)
  return next > from ? next : end
}

/** Groups of these lengths: of check values, and of numbers whose field is named. */
const FIELDS = bits(3, 4, 13, 14, 15, 16, 17, 18, 19)
const ON_TRACKS = -1 << 12
const IN_DUMPS = ON_TRACKS | bits(2, 4, 8)
/** The first group of a parted number, or all of one. */
const IN_PLAIN = ON_TRACKS | bits(1, 4, 6, 8)

function bits(...lengths: number[]): number {
  return lengths.reduce((all, length) => all | (1 << length), 0)
}

/** @param lengths a bit for each length that a group has */
function judge(work: Work, digits: number, groups: number, lengths: number): void {
  const { run } = work
  run.digits = digits
  run.groups = groups
  run.starts[groups] = digits
  if ((lengths & IN_DUMPS) !== 0 && !work.isDecoded && digits >= 2) maskDumps(work, scan)
  if ((lengths & ON_TRACKS) !== 0) maskTracks(work)
  if ((lengths & FIELDS) !== 0) maskFields(work)
  if (digits >= SHORTEST && (lengths & IN_PLAIN) !== 0) maskPlainNumbers(work)
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
