import { isHexByte, isWordByte, NIBBLES, type Work } from './work'

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

/** How a dump is written: tokens of so many hexadecimal digits; 0 for one word of any length. */
interface Style {
  digits: number
  separator: Uint8Array
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
  style: Style = { digits: 0, separator: new Uint8Array() }

  /**
   * Takes the dump up that was noticed here, with the lines before and behind that go on at the same column.
   * @returns false where there is none
   */
  read(work: Work, noticed: number, digits: number): boolean {
    const { bytes } = work
    const separator = digits === 0 ? new Uint8Array() : separatorAt(bytes, noticed + digits)
    if (separator === undefined) return false
    this.style = { digits, separator }
    this.count = 0
    this.forget()
    const lineStart = lineStartBefore(bytes, noticed)
    const first = this.startOf(work, noticed, Math.max(0, lineStart))
    const column = lineStart === -1 ? WIDEST_LINE_BYTES : first - lineStart
    const before: number[] = []
    for (let start = lineStart; before.length < MOST_LINES_BEFORE; ) {
      const previous = lineBefore(bytes, start)
      const first = previous === -1 ? -1 : this.inLine(work, previous, column)
      if (first === -1 || first >= start) break
      before.unshift(first)
      start = previous
    }
    for (const at of before) this.readLine(work, at)
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
  private inLine(work: Work, start: number, column: number): number {
    const { digits, separator } = this.style
    const step = digits + separator.length
    const same = start + column
    if (this.beginsAt(work, same) && (digits === 0 || !this.isFollowed(work, same - step))) return same
    for (let at = start; digits > 0 && at - start < LONGEST_PREFIX; at++) {
      const byte = work.bytes[at]
      if (byte === 0x0a || byte === 0x0d || byte === undefined) return -1
      if (!this.beginsAt(work, at)) continue
      let row = 1
      while (row < FEWEST_IN_LINE && this.isFollowed(work, at + (row - 1) * step)) row++
      if (row === FEWEST_IN_LINE) return at
      if (isLineEnd(work, at + row * step - separator.length) && isAddress(work.bytes, start, at)) return at
    }
    return -1
  }

  private isFollowed(work: Work, at: number): boolean {
    const { digits, separator } = this.style
    return this.isSeparator(work.bytes, at + digits) && this.beginsAt(work, at + digits + separator.length)
  }

  private readLine(work: Work, start: number): number {
    const { bytes } = work
    const { digits, separator } = this.style
    const from = this.count
    let at = digits === 0 ? this.readToken(work, start) : start
    let isGapTaken = false
    while (digits > 0 && this.count < MOST_NIBBLES) {
      if (digits === 2 && separator.length === 1) at = this.readPairs(work, at, separator[0] as number)
      const end = this.readToken(work, at)
      if (end === at) break
      at = end
      const next = at + separator.length
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
  private endOfColumn({ bytes, end }: Work, from: number, after: number): number {
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
  private readPairs({ bytes, end }: Work, from: number, separator: number): number {
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

  private readToken({ bytes, end }: Work, from: number): number {
    const { values, at: places } = this
    const last = Math.min(end, from + (this.style.digits || MOST_NIBBLES), from + MOST_NIBBLES - this.count)
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
  private startOf(work: Work, noticed: number, lineStart: number): number {
    const { digits, separator } = this.style
    const { bytes } = work
    let at = noticed
    if (digits === 0) {
      while (at > lineStart && noticed - at < NIBBLES_AGAIN && isHexByte(bytes[at - 1])) at--
      return at
    }
    let isGapTaken = false
    for (let step = 0; step < MOST_TOKENS_BEFORE; step++) {
      const before = at - separator.length - digits
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
  private beginsAt({ bytes, end }: Work, at: number): boolean {
    const { digits, separator } = this.style
    if (at < 0 || at + (digits || 2) > end) return false
    if (!isHexByte(bytes[at]) || !isHexByte(bytes[at + 1])) return false
    for (let digit = 2; digit < digits; digit++) if (!isHexByte(bytes[at + digit])) return false
    const isPrefixed = separator[separator.length - 1] === 0x78
    if (!isPrefixed && isWordByte(bytes[at - 1])) return false
    return digits === 0 || at + digits === end || !isWordByte(bytes[at + digits])
  }

  private isSeparator(bytes: Uint8Array, at: number): boolean {
    const { separator } = this.style
    for (let i = 0; i < separator.length; i++) if (bytes[at + i] !== separator[i]) return false
    return true
  }

  /** Many dumps part their lines in the middle: what stands there must be followed by two more. */
  private behindWideGap(work: Work, at: number): number {
    const next = at + gapWidth(work.bytes, at, 1)
    const second = next + this.style.digits + this.style.separator.length
    const isPart = this.isSeparator(work.bytes, next + this.style.digits) && this.beginsAt(work, second)
    return next > at && this.beginsAt(work, next) && isPart ? next : -1
  }

  private beforeWideGap(work: Work, at: number, lineStart: number): number {
    const { digits, separator } = this.style
    const last = at - gapWidth(work.bytes, at - 1, -1) - digits
    const second = last - separator.length - digits
    if (second < lineStart || last + digits === at) return -1
    const isPart = this.isSeparator(work.bytes, last - separator.length) && this.beginsAt(work, second)
    return this.beginsAt(work, last) && isPart ? last : -1
  }
}

const GAP = new Set([0x20, 0x2d, 0x7c])

function gapWidth(bytes: Uint8Array, from: number, step: 1 | -1): number {
  let width = 0
  while (width < 4 && GAP.has(bytes[from + width * step] as number)) width++
  return width === 4 ? 0 : width
}

/** What stands between two tokens, if a further one follows: signs, and `0x` with them. */
function separatorAt(bytes: Uint8Array, from: number): Uint8Array | undefined {
  let at = from
  while (at - from < LONGEST_SEPARATOR && isSign(bytes[at])) at++
  if (bytes[at] === 0x30 && bytes[at + 1] === 0x78) at += 2
  return at === from || at - from > LONGEST_SEPARATOR ? undefined : bytes.slice(from, at)
}

const isSign = (byte: number | undefined) =>
  byte !== undefined && byte < 0x80 && byte >= 0x20 && !isWordByte(byte)

/** Nothing, or hexadecimal digits and what parts them from the bytes: `0010: `. */
function isAddress(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (at < end && bytes[at] === 0x20) at++
  while (at < end && isHexByte(bytes[at])) at++
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x3a)) at++
  return at === end
}

function isLineEnd({ bytes, end }: Work, from: number): boolean {
  let at = from
  while (at < end && bytes[at] === 0x20) at++
  return at >= end || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x7c
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

function lineStartAfter({ bytes, end }: Work, from: number): number {
  let at = from
  while (at < end && at - from < WIDEST_LINE_BYTES && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at++
  if (at >= end || at - from >= WIDEST_LINE_BYTES) return -1
  at += bytes[at] === 0x0d && bytes[at + 1] === 0x0a ? 2 : 1
  return at < end ? at : -1
}
