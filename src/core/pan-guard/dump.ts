import { isHexByte, isWordByte, NIBBLES } from './bytes'

/** Hexadecimal digits that are looked at together; a number across the end is looked at again. */
const MOST_NIBBLES = 4_096
/** The longest track in hexadecimal ASCII, twice. */
const NIBBLES_AGAIN = 320
/** To the left of where a dump was noticed. */
const MOST_TOKENS_BEFORE = NIBBLES_AGAIN / 2
/** Lines before the one where a dump was noticed: a number may begin with a few digits in one, or be spread over narrow ones. */
const MOST_LINES_BEFORE = 8
const WIDEST_LINE_BYTES = 1_024
const LONGEST_SEPARATOR = 4
/** Before the bytes of a line: time, direction, address. */
const LONGEST_PREFIX = 64
/** Tokens in a row that are no date. */
const FEWEST_IN_LINE = 4
/** Between the end of one line and the bytes of the next. */
const LONGEST_ADDRESS = 13
/** The bytes of a row of pairs. */
const ROW_OF_PAIRS = FEWEST_IN_LINE * 3 - 1

/** What a dump needs of the bytes that are looked through. */
interface Searched {
  bytes: Uint8Array
  /** Of the bytes that count. */
  end: number
  /** Up to here the last dump was looked at. */
  dumpsDone: number
}

/** One line's part of a dump. */
export interface DumpLine {
  /** Numbers of its first nibble and of the one behind its last. */
  from: number
  to: number
  /** Where what follows it begins: nothing, or the same bytes as characters. */
  after: number
  /** Behind these characters, if they are there: what is true of the bytes is true of them. */
  end: number
}

/** Hexadecimal digits that belong together, over the lines of a dump. */
export class Dump {
  readonly values = new Uint8Array(MOST_NIBBLES)
  readonly at = new Int32Array(MOST_NIBBLES)
  /** Room for the bytes that they are. */
  readonly bytes = new Uint8Array(MOST_NIBBLES / 2)
  count = 0
  lines: DumpLine[] = []
  private asked = 0
  /** Where the lines begin, from the last to the first, that stand before the one where the dump was noticed. */
  private readonly before = new Int32Array(MOST_LINES_BEFORE)
  /** Of a token; 0 for one word of any length. */
  private digits = 0
  /** What stands between two tokens, and how much of it counts. */
  private readonly separator = new Uint8Array(LONGEST_SEPARATOR)
  private width = 0

  /**
   * Takes the dump up that was noticed here, with the lines before and behind that go on at the same column.
   * @returns false where there is none
   */
  read(work: Searched, noticed: number, digits: number): boolean {
    const { bytes } = work
    const width = digits === 0 ? 0 : separatorWidth(bytes, noticed + digits)
    if (width === -1) return false
    this.digits = digits
    this.width = width
    for (let i = 0; i < width; i++) this.separator[i] = bytes[noticed + digits + i] as number
    this.count = 0
    this.forget()
    const lineStart = lineStartBefore(bytes, noticed)
    const first = this.startOf(work, noticed, Math.max(0, lineStart))
    const column = lineStart === -1 ? WIDEST_LINE_BYTES : first - lineStart
    let lines = 0
    for (let start = lineStart; lines < MOST_LINES_BEFORE; lines++) {
      const previous = lineBefore(bytes, start)
      const first = previous === -1 ? -1 : this.inLine(work, previous, column)
      if (first === -1 || first >= start) break
      this.before[lines] = first
      start = previous
    }
    while (lines > 0) this.readLine(work, this.before[--lines] as number)
    let end = this.readLine(work, first)
    for (;;) {
      const next = lineStartAfter(work, end)
      const first = next === -1 || this.count === MOST_NIBBLES ? -1 : this.inLine(work, next, column)
      if (first === -1) break
      end = this.readLine(work, first)
    }
    const isCut = this.count === MOST_NIBBLES
    const whole = Math.max(end, this.lines.at(-1)?.end ?? 0)
    work.dumpsDone = isCut ? (this.at[MOST_NIBBLES - NIBBLES_AGAIN] as number) : whole
    return true
  }

  /**
   * Where the lines end of which one is here, -1 if none is; short addresses between them are not looked at. Asked from the
   * front to the back: goes on where it was.
   */
  endOfLines(at: number): number {
    const { lines } = this
    while (this.asked < lines.length && (lines[this.asked] as DumpLine).end < at) this.asked++
    let line = lines[this.asked]
    if (line === undefined || line.to === line.from || (this.at[line.from] as number) > at) return -1
    for (let next = this.asked + 1; next < lines.length; next++) {
      const after = lines[next] as DumpLine
      if ((this.at[after.from] as number) - line.end > LONGEST_ADDRESS) break
      line = after
    }
    return line.end
  }

  /** Before other bytes are looked at. */
  forget(): void {
    this.lines = []
    this.asked = 0
  }

  /** Where the dump goes on in this line: at the same column, or behind what stands before it there. */
  private inLine(work: Searched, start: number, column: number): number {
    const { bytes, end } = work
    const { digits, width } = this
    const same = start + column
    if (this.beginsAt(work, same) && (digits === 0 || !this.isSeparator(bytes, same - width))) return same
    if (digits === 0) return -1
    const last = Math.min(start + LONGEST_PREFIX, end - digits + 1)
    const addressEnd = endOfAddress(bytes, start, end)
    for (let at = start; at < last; at++) {
      if (at > addressEnd && digits === 2 && width === 1) return this.rowOfPairs(work, at, last)
      if (bytes[at] === 0x0a || bytes[at] === 0x0d) return -1
      const row = this.beginsAt(work, at) ? this.rowAt(work, at) : 0
      if (row === FEWEST_IN_LINE) return at
      const behind = at + row * (digits + width) - width
      if (row > 0 && at <= addressEnd && isLineEnd(work, behind)) return at
    }
    return -1
  }

  /** How many tokens are in a row here; no more are counted than are asked for. */
  private rowAt(work: Searched, at: number): number {
    const step = this.digits + this.width
    let row = 1
    while (row < FEWEST_IN_LINE && this.isFollowed(work, at + (row - 1) * step)) row++
    return row
  }

  /** Where a row of pairs begins in what is left of the line. Looked for from its end, so that most bytes are passed over. */
  private rowOfPairs({ bytes, end }: Searched, from: number, last: number): number {
    const sign = this.separator[0] as number
    let at = from
    while (at < last && at + ROW_OF_PAIRS <= end) {
      const misfit = lastMisfit(bytes, at, sign)
      if (misfit === -1) {
        const isWhole =
          !isWordByte(bytes[at - 1]) && (at + ROW_OF_PAIRS === end || !isWordByte(bytes[at + ROW_OF_PAIRS]))
        if (isWhole) return hasLineEnd(bytes, from, at) ? -1 : at
        at++
      } else {
        const byte = bytes[misfit] as number
        at = byte === sign || isHexByte(byte) ? at + 1 : misfit + 1
      }
    }
    return -1
  }

  private isFollowed(work: Searched, at: number): boolean {
    const { digits, width } = this
    return this.isSeparator(work.bytes, at + digits) && this.beginsAt(work, at + digits + width)
  }

  private readLine(work: Searched, start: number): number {
    const { bytes } = work
    const { digits, width } = this
    const sign = this.separator[0] as number
    const from = this.count
    let at = digits === 0 ? this.readToken(work, start) : start
    let isGapTaken = false
    while (digits > 0 && this.count < MOST_NIBBLES) {
      if (digits === 2 && width === 1) at = this.readPairs(work, at, sign)
      const end = this.readToken(work, at)
      if (end === at) break
      at = end
      const next = at + width
      if (this.isSeparator(bytes, at) && this.beginsAt(work, next)) at = next
      else {
        const wide = isGapTaken ? -1 : this.behindWideGap(work, at)
        if (wide === -1) break
        isGapTaken = true
        at = wide
      }
    }
    this.lines.push({ from, to: this.count, after: at, end: this.endOfColumn(work, from, at) })
    return at
  }

  /** Behind the bytes as characters, with a point for those that cannot be shown. */
  private endOfColumn({ bytes, end }: Searched, from: number, after: number): number {
    let at = after
    while (bytes[at] === 0x20) at++
    if (bytes[at] === 0x7c) at++
    for (let nibble = from; nibble + 1 < this.count; nibble += 2) {
      const value = ((this.values[nibble] as number) << 4) | (this.values[nibble + 1] as number)
      if (at >= end || (bytes[at] !== value && bytes[at] !== 0x2e)) return after
      at++
    }
    return at
  }

  /** All pairs but the last of a row that is parted by single signs, as nearly all dumps are; returns where the last begins. */
  private readPairs({ bytes, end }: Searched, from: number, separator: number): number {
    const { values, at: places } = this
    let { count } = this
    let at = from
    while (count < MOST_NIBBLES - 2 && at + 5 <= end && bytes[at + 2] === separator) {
      const high = NIBBLES[bytes[at] as number] as number
      const low = NIBBLES[bytes[at + 1] as number] as number
      const next = NIBBLES[bytes[at + 3] as number] as number
      if ((high | low | next | (NIBBLES[bytes[at + 4] as number] as number)) > 15) break
      if (at + 5 < end && isWordByte(bytes[at + 5])) break
      values[count] = high
      places[count++] = at
      values[count] = low
      places[count++] = at + 1
      at += 3
    }
    this.count = count
    return at
  }

  private readToken({ bytes, end }: Searched, from: number): number {
    const { values, at: places } = this
    const last = Math.min(end, from + (this.digits || MOST_NIBBLES), from + MOST_NIBBLES - this.count)
    let { count } = this
    let at = from
    while (at < last) {
      const value = NIBBLES[bytes[at] as number] as number
      if (value > 15) break
      values[count] = value
      places[count++] = at++
    }
    this.count = count
    return at
  }

  /** The first token of the line. */
  private startOf(work: Searched, noticed: number, lineStart: number): number {
    const { digits, width } = this
    const { bytes } = work
    let at = noticed
    if (digits === 0) {
      while (at > lineStart && noticed - at < NIBBLES_AGAIN && isHexByte(bytes[at - 1])) at--
      return at
    }
    let isGapTaken = false
    for (let step = 0; step < MOST_TOKENS_BEFORE; step++) {
      const before = at - width - digits
      if (before >= lineStart && this.isSeparator(bytes, before + digits) && this.beginsAt(work, before)) {
        at = before
        continue
      }
      const wide = isGapTaken ? -1 : this.beforeWideGap(work, at, lineStart)
      if (wide === -1) break
      isGapTaken = true
      at = wide
    }
    return at
  }

  /** Whether a token stands here, with no letter or digit beside it. */
  private beginsAt({ bytes, end }: Searched, at: number): boolean {
    const { digits } = this
    if (at < 0 || at + (digits || 2) > end) return false
    if (!isHexByte(bytes[at]) || !isHexByte(bytes[at + 1])) return false
    for (let digit = 2; digit < digits; digit++) if (!isHexByte(bytes[at + digit])) return false
    if (isWordByte(bytes[at - 1]) && !this.isPrefixed()) return false
    return digits === 0 || at + digits === end || !isWordByte(bytes[at + digits])
  }

  private isPrefixed(): boolean {
    return this.width > 0 && this.separator[this.width - 1] === 0x78
  }

  private isSeparator(bytes: Uint8Array, at: number): boolean {
    const { separator, width } = this
    for (let i = 0; i < width; i++) if (bytes[at + i] !== separator[i]) return false
    return true
  }

  /** Many dumps part their lines in the middle: what stands there must be followed by two more. */
  private behindWideGap(work: Searched, at: number): number {
    const gap = gapWidth(work.bytes, at, 1)
    const isPart = gap > 0 && this.beginsAt(work, at + gap) && this.isFollowed(work, at + gap)
    return isPart ? at + gap : -1
  }

  private beforeWideGap(work: Searched, at: number, lineStart: number): number {
    const { digits, width } = this
    const gap = gapWidth(work.bytes, at - 1, -1)
    const last = at - gap - digits
    const second = last - width - digits
    const isPart =
      gap > 0 && second >= lineStart && this.beginsAt(work, second) && this.isFollowed(work, second)
    return isPart ? last : -1
  }
}

function gapWidth(bytes: Uint8Array, from: number, step: 1 | -1): number {
  let width = 0
  while (width < 4 && isGap(bytes[from + width * step])) width++
  return width === 4 ? 0 : width
}

const isGap = (byte: number | undefined) => byte === 0x20 || byte === 0x2d || byte === 0x7c

/** Of what stands between two tokens, if a further one follows: signs, and `0x` or `\x` with them. -1 where nothing does, or too much. */
function separatorWidth(bytes: Uint8Array, from: number): number {
  let at = from
  while (at - from < LONGEST_SEPARATOR && isSign(bytes[at])) at++
  if (bytes[at] === 0x30 && bytes[at + 1] === 0x78) at += 2
  else if (bytes[at] === 0x78 && bytes[at - 1] === 0x5c) at++
  return at === from || at - from > LONGEST_SEPARATOR ? -1 : at - from
}

const isSign = (byte: number | undefined) =>
  byte !== undefined && byte < 0x80 && byte >= 0x20 && !isWordByte(byte)

/** Behind nothing, or hexadecimal digits and what parts them from the bytes: `0010: `. */
function endOfAddress(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] === 0x20) at++
  while (at < end && isHexByte(bytes[at])) at++
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x3a)) at++
  return at
}

function isLineEnd({ bytes, end }: Searched, from: number): boolean {
  let at = from
  while (at < end && bytes[at] === 0x20) at++
  return at >= end || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x7c
}

/** The last byte that cannot be where it is in a row of pairs that begins here, -1 if all can. */
function lastMisfit(bytes: Uint8Array, row: number, sign: number): number {
  for (let at = row + ROW_OF_PAIRS - 1; at > row; at -= 3) {
    if (!isHexByte(bytes[at])) return at
    if (!isHexByte(bytes[at - 1])) return at - 1
    if (at - 2 > row && bytes[at - 2] !== sign) return at - 2
  }
  return -1
}

function hasLineEnd(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === 0x0a || bytes[at] === 0x0d) return true
  return false
}

/** Where the line begins, -1 if that is far. */
function lineStartBefore(bytes: Uint8Array, from: number): number {
  const first = Math.max(0, from - WIDEST_LINE_BYTES)
  for (let at = from; at > first; at--) if (bytes[at - 1] === 0x0a || bytes[at - 1] === 0x0d) return at
  return first === 0 ? 0 : -1
}

/** Of the line before the one that begins here. CR and LF are one end. */
function lineBefore(bytes: Uint8Array, start: number): number {
  if (start <= 0) return -1
  const isBoth = bytes[start - 1] === 0x0a && bytes[start - 2] === 0x0d
  return lineStartBefore(bytes, start - (isBoth ? 2 : 1))
}

function lineStartAfter({ bytes, end }: Searched, from: number): number {
  let at = from
  while (at < end && at - from < WIDEST_LINE_BYTES && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at++
  if (at >= end || at - from >= WIDEST_LINE_BYTES) return -1
  at += bytes[at] === 0x0d && bytes[at + 1] === 0x0a ? 2 : 1
  return at < end ? at : -1
}
