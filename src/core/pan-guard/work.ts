import { kindAt, widthAt } from './characters'
import { Dump } from './dump'

/** Most digits that are looked at together; numbers that lie across the end are looked at again. */
export const MOST_DIGITS = 512
const FILLER = 0x2a

/** Digits with nothing but separators between them; a group is those with nothing at all between them. */
export class Run {
  /** 0 to 9. */
  readonly values = new Uint8Array(MOST_DIGITS)
  /** Of each digit: where it begins. */
  readonly at = new Int32Array(MOST_DIGITS)
  /** Of each group: the number of its first digit; behind the last group the count of all. */
  readonly starts = new Int32Array(MOST_DIGITS + 1)
  /** Of each group: where it begins. */
  readonly begins = new Int32Array(MOST_DIGITS)
  digits = 0
  groups = 0
  /** Groups whose digits are read: of most runs none is, as their groups alone say that no rule can apply. */
  read = 0

  /** Reads the digits of groups that are known, before a rule looks at them or changes their bytes. */
  readUpTo(bytes: Uint8Array, groups: number, digits: number): void {
    const { values, at: places, starts } = this
    starts[groups] = digits
    for (let group = this.read; group < groups; group++) {
      let at = this.begins[group] as number
      const end = starts[group + 1] as number
      for (let digit = starts[group] as number; digit < end; digit++) {
        const byte = bytes[at] as number
        const width = byte < 0x80 ? 1 : widthAt(bytes, at)
        values[digit] = byte < 0x80 ? byte - 0x30 : kindAt(bytes, at, width)
        places[digit] = at
        at += width
      }
    }
    this.digits = digits
    this.groups = groups
    this.read = groups
  }

  lengthOf(group: number): number {
    return (this.starts[group + 1] as number) - (this.starts[group] as number)
  }
}

/** Bytes that are looked through and changed in place. */
export class Work {
  bytes = new Uint8Array()
  /** Of the bytes that count. */
  end = 0
  /** Numbers that begin here or later are left for the next time. */
  limit = 0
  /** Card numbers that were cut. */
  hits = 0
  /** From and to, in turn, in no order: what is left out of the result. */
  drops: number[] = []
  /** Up to here the last dump was looked at. */
  dumpsDone = 0
  /** Groups of digits that begin before were looked at for dumps. */
  seen = 0
  readonly run = new Run()
  private lastDump?: Dump
  private inner?: Work

  /**
   * @param acrossLines a number may go on in the next line
   * @param isDecoded the bytes were written as hexadecimal: there are no dumps in them
   */
  constructor(
    readonly acrossLines: boolean,
    readonly isDecoded = false,
  ) {}

  /** Begins with other bytes. */
  take(bytes: Uint8Array<ArrayBuffer>, end: number, limit: number): void {
    this.bytes = bytes
    this.end = end
    this.limit = limit
    this.hits = 0
    this.dumpsDone = 0
    this.seen = 0
    this.lastDump?.forget()
    if (this.drops.length > 0) this.drops = []
  }

  /** Room for one, used again and again. */
  get dump(): Dump {
    this.lastDump ??= new Dump()
    return this.lastDump
  }

  /** Where the dump ends that was looked at here; -1 where there was none. */
  endOfDump(at: number): number {
    if (at > this.dumpsDone) return -1
    const end = this.dump.endOfLines(at)
    return end === -1 ? -1 : Math.max(at, Math.min(end, this.dumpsDone))
  }

  /** A group that begins here is looked at for dumps. False where that was done, or where a dump lies. */
  seeGroup(at: number): boolean {
    if (at < this.seen || this.endOfDump(at) !== -1) return false
    this.seen = at + 1
    return true
  }

  /** For bytes that were written as hexadecimal in these. */
  get decoded(): Work {
    this.inner ??= new Work(this.acrossLines, true)
    return this.inner
  }

  /** Cuts the middle of a number that is made of these digits of the run: first six and last four stay (PCI DSS 3.4.1). */
  cut(from: number, length: number): void {
    for (let digit = from + 6; digit < from + length - 4; digit++) this.hideChar(this.run.at[digit] as number)
    this.hits++
  }

  /** Characters beyond ASCII become one asterisk, too. */
  private hideChar(at: number): void {
    const { bytes } = this
    const isWide = (bytes[at] as number) >= 0x80
    bytes[at] = FILLER
    if (!isWide) return
    let to = at + 1
    while (to < this.end && ((bytes[to] as number) & 0xc0) === 0x80) bytes[to++] = FILLER
    this.drops.push(at + 1, to)
  }

  /** Puts a shorter text in place of these bytes. */
  replace(from: number, to: number, text: string): void {
    this.bytes.fill(FILLER, from, to)
    for (let at = 0; at < text.length; at++) this.bytes[from + at] = text.charCodeAt(at)
    if (from + text.length < to) this.drops.push(from + text.length, to)
  }
}
