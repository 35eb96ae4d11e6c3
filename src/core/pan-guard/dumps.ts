import { isCardAt, LONGEST, SHORTEST } from './bins'
import { isHexByte } from './bytes'
import type { Dump, DumpLine } from './dump'
import type { Work } from './work'

/** Pairs of digits in a row that make a dump of them; times and dates have three. */
export const FEWEST_PAIRS = 4
/** Words of four or eight digits in a row that make a dump of them, and what parts them at most. */
const FEWEST_WORDS = 3
const WIDEST_GAP = 3
/** Of digits at once beside a hexadecimal letter. */
export const FEWEST_IN_WORD = 12
/** Behind the D of track 2: expiry, service code. */
const FEWEST_BEHIND = 7
const MOST_BEHIND = 26
/** Number, separator and the rest with what fills them up (ISO/IEC 7813). */
const MOST_ON_TRACK = 38
const D = 0xd
const F = 0xf
const C = 0x43
const TAG_PIN = 0x99
const TAG_NAME = 0x5f20
const LONGEST_NAME = 26
const FEWEST_FIELDS = 3

/** Looks for card numbers in what is written as hexadecimal where the run lies: as ASCII and as BCD, over the lines of dumps. */
export function maskDumps(work: Work, scan: (work: Work) => void): void {
  const { run } = work
  for (let group = 0; group < run.groups; group++) {
    const at = run.at[run.starts[group] as number] as number
    if (!work.seeGroup(at)) continue
    const digits = styleAt(work, group, at)
    if (digits === -1 || !work.dump.read(work, at, digits)) continue
    maskAscii(work, work.dump, 0, scan)
    if (digits === 0) maskAscii(work, work.dump, 1, scan)
    if (digits === 0 || digits === 2) maskTags(work, work.dump)
    if (maskBcd(work, work.dump) && digits === 2) maskFramed(work, work.dump)
  }
}

/** Quick: whether digits at once can be a word of a dump: they begin as digits in ASCII do, or stand beside a hexadecimal letter. */
export function canBeWord({ bytes, end }: Work, at: number, length: number): boolean {
  if (isPinTag(bytes, at)) return true
  if (length !== 4 && length !== 8 && length < FEWEST_IN_WORD) return false
  if (bytes[at] === 0x33) return true
  return length >= FEWEST_IN_WORD && isBesideHex(bytes, at, at + length, end)
}

/** Tag 99 with its length, and no word behind it: the bytes are written at once. */
const isPinTag = (bytes: Uint8Array, at: number) =>
  bytes[at] === 0x39 &&
  bytes[at + 1] === 0x39 &&
  bytes[at + 2] === 0x30 &&
  bytes[at + 3] === 0x38 &&
  isHexByte(bytes[at + 4])

const isBesideHex = (bytes: Uint8Array, from: number, to: number, end: number) =>
  isHexByte(bytes[from - 1]) || (to < end && isHexByte(bytes[to]))

/** Of how many digits the tokens are that begin here: 0 for a word, -1 for no dump at all. */
function styleAt({ run, bytes, end }: Work, group: number, at: number): number {
  const length = run.lengthOf(group)
  if (length === 2) {
    const isPrefixed = bytes[at - 1] === 0x78 && (bytes[at - 2] === 0x30 || bytes[at - 2] === 0x5c)
    if (isPrefixed) return 2
    const step = (run.at[run.starts[group + 1] as number] as number) - at
    if (group + FEWEST_PAIRS > run.groups || step > 5) return -1
    for (let next = 1; next < FEWEST_PAIRS; next++) {
      if (run.lengthOf(group + next) !== 2) return -1
      if (run.at[run.starts[group + next] as number] !== at + next * step) return -1
      // Dates and times have different signs between their parts.
      if (next > 1 && bytes[at + next * step - 1] !== bytes[at + step - 1]) return -1
    }
    return 2
  }
  if (isPinTag(bytes, at)) return 0
  if (length >= FEWEST_IN_WORD) {
    return isBesideHex(bytes, at, at + length, end) || isAscii(bytes, at, length) ? 0 : -1
  }
  const isWord = (length === 4 || length === 8) && isAscii(bytes, at, length)
  return isWord && isInRow(bytes, at, length, end) ? length : -1
}

/** Whether a word stands among others of its length, parted alike, as in a dump; an amount or a counter stands alone. */
function isInRow(bytes: Uint8Array, at: number, length: number, end: number): boolean {
  const isWordAt = (from: number) => {
    if (from < 0 || from + length > end) return false
    for (let digit = 0; digit < length; digit++) if (!isHexByte(bytes[from + digit])) return false
    return !isHexByte(bytes[from - 1]) && !(from + length < end && isHexByte(bytes[from + length]))
  }
  for (let gap = 1; gap <= WIDEST_GAP; gap++) {
    const step = length + gap
    let words = 1
    for (let from = at - step; words < FEWEST_WORDS && isWordAt(from); from -= step) words++
    for (let from = at + step; words < FEWEST_WORDS && isWordAt(from); from += step) words++
    if (words === FEWEST_WORDS) return true
  }
  return false
}

/** Digits that are digits in ASCII, too: 34 31. */
function isAscii(bytes: Uint8Array, at: number, length: number): boolean {
  for (let digit = 0; digit + 1 < length; digit += 2) if (bytes[at + digit] !== 0x33) return false
  return true
}

/** The bytes as text, which every rule may apply to. What it cuts is written as asterisks: 2A. */
function maskAscii(work: Work, dump: Dump, shift: number, scan: (work: Work) => void): void {
  const { bytes: decoded } = dump
  const { decoded: inner } = work
  const count = (dump.count - shift) >> 1
  let digits = 0
  for (let pair = 0, nibble = shift; pair < count; pair++, nibble += 2) {
    const value = byteAt(dump, nibble)
    decoded[pair] = value
    if (value >= 0x30 && value <= 0x39) digits++
  }
  if (digits < SHORTEST) return
  inner.take(decoded, count, count)
  scan(inner)
  if (inner.hits === 0) return
  work.hits += inner.hits
  for (let pair = 0; pair < count; pair++) {
    const nibble = shift + pair * 2
    const value = byteAt(dump, nibble)
    if (decoded[pair] === value) continue
    hideColumn(work, dump, nibble, value)
    work.bytes[dump.at[nibble] as number] = 0x32
    work.bytes[dump.at[nibble + 1] as number] = 0x41
  }
}

const byteAt = ({ values }: Dump, nibble: number) =>
  ((values[nibble] as number) << 4) | (values[nibble + 1] as number)

/** The digits as such, in EMV's fields and in frames: what is cut is written as C, so that it stays hexadecimal. False where there are too few. */
function maskBcd(work: Work, dump: Dump): boolean {
  const { values, count } = dump
  let isWorth = false
  let decimals = 0
  let threes = 0
  for (let at = 0; at <= count; at++) {
    const value = at < count ? (values[at] as number) : F
    if (value <= 9) {
      decimals++
      if (value === 3 && (at & 1) === 0) threes++
      continue
    }
    // Bytes that are digits in ASCII are text, and looked at as such.
    if (decimals >= SHORTEST && threes < decimals >> 1) {
      isWorth = true
      maskTag5A(work, dump, at - decimals, at)
      if (value === D) maskTrack2(work, dump, at, decimals)
    }
    decimals = 0
    threes = 0
  }
  return isWorth
}

/** Number, D, expiry, service code and the rest: EMV 4.3 book 3, tag 57. Tag and length may stand before the number. */
function maskTrack2(work: Work, dump: Dump, separator: number, decimals: number): void {
  const { values, count } = dump
  let to = separator + 1
  while (to < count && to - separator <= MOST_BEHIND && (values[to] as number) <= 9) to++
  if (to - separator - 1 < FEWEST_BEHIND) return
  const length = numberBefore(values, separator, decimals)
  if (length === 0) return
  hide(work, dump, separator - length + 6, separator - 4)
  if (values[to] === F && to < count) to++
  hide(work, dump, separator + 1, to)
  work.hits++
}

/** Behind a tag 57 whose length fits, no check digit is needed. */
function numberBefore(values: Uint8Array, end: number, decimals: number): number {
  for (let length = Math.min(LONGEST, decimals); length >= SHORTEST; length--) {
    if (isCardAt(values, end - length, length)) return length
    const tag = end - length - 4
    if (decimals < length + 4 || values[tag] !== 5 || values[tag + 1] !== 7) continue
    const size = ((values[tag + 2] as number) * 16 + (values[tag + 3] as number)) * 2
    if (size >= length + 1 + FEWEST_BEHIND && size <= MOST_ON_TRACK) return length
  }
  return 0
}

/**
 * Fields of EMV (BER-TLV, book 3 annex B) from the first byte on: of the transaction's PIN (99) and of the cardholder's name (5F20)
 * no byte tells what it is, so these go only where the fields end with the bytes, or are three at least.
 */
function maskTags(work: Work, dump: Dump): void {
  const found: [from: number, to: number][] = []
  let fields = 0
  let at = 0
  while (at + 4 <= dump.count) {
    let tag = byteAt(dump, at)
    const isNested = (tag & 0x20) !== 0
    if (tag === 0 || tag === 0xff) break
    at += 2
    if ((tag & 0x1f) === 0x1f) {
      tag = tag * 0x100 + byteAt(dump, at)
      at += 2
    }
    const size = at + 2 <= dump.count ? byteAt(dump, at) : 0x80
    const to = at + 2 + size * 2
    if (size > 0x7f || to > dump.count) break
    at += 2
    fields++
    if (tag === TAG_PIN && size === 8 && !isDecimal(dump, at, to)) found.push([at, to])
    if (tag === TAG_NAME && isName(dump, at, to)) found.push([at, to])
    if (!isNested) at = to
  }
  if (found.length === 0 || (at !== dump.count && fields < FEWEST_FIELDS)) return
  for (const [from, to] of found) {
    if (work.bytes[dump.at[from] as number] === C && work.bytes[dump.at[from + 1] as number] === C) continue
    hide(work, dump, from, to)
    work.hits++
  }
}

/** As a long number is, and of enciphered PIN blocks one in two thousand. */
function isDecimal({ values }: Dump, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((values[at] as number) > 9) return false
  return true
}

function isName(dump: Dump, from: number, to: number): boolean {
  const size = (to - from) >> 1
  if (size < 2 || size > LONGEST_NAME) return false
  for (let at = from; at < to; at += 2) if (byteAt(dump, at) < 0x20 || byteAt(dump, at) > 0x7e) return false
  return true
}

/** Tag 5A with its length, and the number in BCD, filled up with F: the digits begin with the length, or behind one of 0A. */
function maskTag5A(work: Work, dump: Dump, start: number, end: number): void {
  const { values } = dump
  const isTagged = (at: number) => values[at] === 5 && values[at + 1] === 0xa && values[at + 2] === 0
  const isLongest = isTagged(start - 4) && values[start - 1] === 0xa
  if (!isLongest && !isTagged(start - 2)) return
  const from = isLongest ? start : start + 2
  const length = isLongest ? 20 : (values[start + 1] as number) * 2
  const size = Math.min(length, end - from)
  if (size < length - 1 || !isCardAt(values, from, size)) return
  hide(work, dump, from + 6, from + size - 4)
  work.hits++
}

/** As frames have it, without a tag: behind its length in bytes (ZVT, LLVAR: F0 F8), or all of the decimal bytes in a row. */
function maskFramed(work: Work, dump: Dump): void {
  const { values, count } = dump
  let from = 0
  for (let at = 0; at <= count; at += 2) {
    const isByte = at + 1 < count
    const high = isByte ? (values[at] as number) : F
    const low = isByte ? (values[at + 1] as number) : F
    if (high <= 9 && low <= 9) continue
    const size = at - from + (high <= 9 && low === F && at > from ? 1 : 0)
    if (size >= SHORTEST && size <= LONGEST && !isAsciiPairs(values, from, at))
      cutFramed(work, dump, from, size)
    if (high === F && low <= 9 && at >= 2 && values[at - 2] === F) {
      const length = ((values[at - 1] as number) * 10 + low) * 2
      const isOdd = values[at + 1 + length] === F
      if (at + 2 + length <= count) cutFramed(work, dump, at + 2, isOdd ? length - 1 : length)
    }
    from = at + 2
  }
}

function cutFramed(work: Work, dump: Dump, from: number, size: number): void {
  if (!isCardAt(dump.values, from, size) || work.bytes[dump.at[from + 6] as number] === C) return
  hide(work, dump, from + 6, from + size - 4)
  work.hits++
}

/** Mostly digits in ASCII, with what parts them and ends them. */
function isAsciiPairs(values: Uint8Array, from: number, to: number): boolean {
  let threes = 0
  for (let at = from; at < to; at += 2) if (values[at] === 3) threes++
  return threes * 4 > to - from
}

function hide(work: Work, dump: Dump, from: number, to: number): void {
  for (let nibble = from; nibble < to; nibble++) {
    const pair = nibble & ~1
    if (pair + 1 < dump.count) hideColumn(work, dump, pair, byteAt(dump, pair))
    work.bytes[dump.at[nibble] as number] = C
  }
}

/** The same byte as a character, to the right of the dump. */
function hideColumn(work: Work, dump: Dump, nibble: number, value: number): void {
  if (value <= 0x20 || value >= 0x7f) return
  const line = dump.lines.find((one) => nibble >= one.from && nibble < one.to)
  if (line === undefined) return
  const at = columnAt(work, line) + columnOffset(work, line, (nibble - line.from) >> 1)
  // Some leave a blank in the middle of the column.
  for (const place of [at, at + 1])
    if (place < work.end && work.bytes[place] === value) {
      work.bytes[place] = 0x2a
      return
    }
}

function columnAt({ bytes }: Work, { after }: DumpLine): number {
  let at = after
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++
  return bytes[at] === 0x7c || bytes[at] === 0x5b ? at + 1 : at
}

/** Characters of the column may be longer than a byte. */
function columnOffset(work: Work, line: DumpLine, characters: number): number {
  const start = columnAt(work, line)
  let at = start
  for (let seen = 0; seen < characters; seen++) {
    at++
    while (at < work.end && ((work.bytes[at] as number) & 0xc0) === 0x80) at++
  }
  return at - start
}
