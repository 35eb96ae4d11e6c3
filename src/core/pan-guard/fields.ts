import { isCardAt, LONGEST, SHORTEST } from './bins'
import { isDigitByte, isHexByte, isWordByte, NIBBLES } from './bytes'
import type { Work } from './work'

/** Of tracks, which need no check digit: their shape decides. */
export const SHORTEST_ON_TRACK = 12
/** Behind the separator: four digits of expiry and three of the service code. */
const FEWEST_BEHIND = 7
/** Around the separator of track 2. */
const MOST_BLANKS = 3
const LONGEST_NAME = 40
const LONGEST_REST = 80

/** What stands before a value that is a card number, whatever its check digit; `<field id="10">` is that of INPAS. */
const NUMBER_NAME =
  /(?:(?:^|[^a-z])(?:pan|card[ _-]{0,2}(?:number|no\.?|num)?|track[ _-]?[123]?|pin_?-?block)|(?:^|[^\p{L}])карт[аыуе]?(?:\s{1,2}(?:номер|№|N))?|<field id=["']10)["']?\s{0,3}[:=>]\s{0,3}["']?$/iu
const LONGEST_FIELD_NAME = 40
/** PCI DSS 3.3.1.2. */
const CHECK_VALUE_NAME = /(?:^|[^a-z])cv[vc]2?["']?\s{0,3}[:=>]\s{0,3}["']?$/i
/** Between a name and its value: a sign, up to three blanks on both of its sides, two quotes. */
const MOST_BEHIND_NAME = 10
/** What the names end with that the patterns know: most fields are told by it. */
const ENDS_OF_NUMBER_NAME = new Set(Buffer.from('nNdDrRoOmMkK0123_-тТаАыЫуУеЕрР№'))
const ENDS_OF_CHECK_VALUE_NAME = new Set(Buffer.from('vVcC2'))
/** PCI DSS 3.3.1.3; in hexadecimal, ISO 9564. */
const PIN_BLOCK = /^["']?\s{0,3}[:=>]\s{0,3}["']?((?:[0-9A-F]{2}[ :-]?){7}[0-9A-F]{2})(?![0-9A-Za-z])/i
const LONGEST_PIN_BLOCK = 40
const ELEMENT = /(?:^|[^\p{L}\p{N}])(?:DE|F|field|bit|поле|бит)[ _-]?$/iu
/** With what stands before it; letters of Cyrillic are two bytes. */
const LONGEST_ELEMENT = 11

/** Track 1 and track 2 (ISO/IEC 7813) as text: the number is cut and what follows it dropped. */
export function maskTracks(work: Work): void {
  const { run, bytes } = work
  for (let group = 0; group < run.groups; group++) {
    const length = run.lengthOf(group)
    if (length < SHORTEST_ON_TRACK) continue
    const start = run.starts[group] as number
    const after = (run.at[start + length - 1] as number) + 1
    if (bytes[after] === 0x3d) maskTrack2(work, start, length, after)
    else if (bytes[after] === 0x20) maskTrack2WithBlanks(work, start, length, after)
    else if (bytes[after] === 0x5e) maskTrack1(work, start, length, after)
    else if (bytes[after] === 0x44 || bytes[after] === 0x64) maskTrack2WithD(work, start, length, after)
  }
}

/** Quick: whether the byte behind a number is what parts it from the rest of a track. */
export const canBeOnTrack = (behind: number | undefined): boolean =>
  behind === 0x3d || behind === 0x5e || behind === 0x44 || behind === 0x64 || behind === 0x20

function maskTrack2(work: Work, start: number, length: number, separator: number): void {
  const { bytes, end } = work
  let to = separator + 1
  while (to < end && isDigitByte(bytes[to])) to++
  if (to - separator - 1 < FEWEST_BEHIND || !cutTail(work, start, length)) return
  if ((bytes[to] as number) === 0x46 || (bytes[to] as number) === 0x66) to++
  if (bytes[to] === 0x3f) to++
  const digit = work.run.at[start] as number
  if (bytes[digit - 1] === 0x3b) work.replace(digit - 1, digit, '')
  work.replace(separator, Math.min(to, end), '=<T2>')
}

/** As some print it: ` = `. Sums are written so, too, so here the number must be a card's and a month must follow. */
function maskTrack2WithBlanks(work: Work, start: number, length: number, after: number): void {
  const { bytes, end, run } = work
  const separator = behindBlanks(bytes, after)
  if (bytes[separator] !== 0x3d) return
  const from = behindBlanks(bytes, separator + 1)
  let to = from
  while (to < end && isDigitByte(bytes[to])) to++
  if (to - from < FEWEST_BEHIND || !isMonthAt(bytes, from + 2)) return
  for (let size = Math.min(LONGEST, length); size >= SHORTEST; size--) {
    if (!isCardAt(run.values, start + length - size, size)) continue
    work.cut(start + length - size, size)
    work.replace(from, to, '<T2>')
    return
  }
}

function behindBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < from + MOST_BLANKS && bytes[at] === 0x20) at++
  return at
}

function isMonthAt(bytes: Uint8Array, at: number): boolean {
  const month = ((bytes[at] as number) - 0x30) * 10 + (bytes[at + 1] as number) - 0x30
  return month >= 1 && month <= 12
}

/** As terminals print it in hexadecimal. A word of nothing else, with a month in it: digests have digits and a D as well. */
function maskTrack2WithD(work: Work, start: number, length: number, separator: number): void {
  const { bytes, end, run } = work
  const first = run.at[start] as number
  if (isWordByte(bytes[first - 1]) || !isDigitByte(bytes[first + 6])) return
  let to = separator + 1
  while (to < end && isDigitByte(bytes[to])) to++
  if (to - separator - 1 < FEWEST_BEHIND) return
  const isMonth = isMonthAt(bytes, separator + 3)
  if (bytes[to] === 0x46 || bytes[to] === 0x66) to++
  if (!isMonth || (to < end && isWordByte(bytes[to]))) return
  if (cutTail(work, start, length)) work.replace(separator + 1, Math.min(to, end), '<T2>')
}

/** `%B`, number, `^`, name, `^`, expiry and the rest up to the end sentinel or the line. */
function maskTrack1(work: Work, start: number, length: number, separator: number): void {
  const { bytes, end } = work
  const name = endOf(work, separator + 1, LONGEST_NAME, 0x5e)
  if (bytes[name] !== 0x5e) return
  for (let at = name + 1; at < name + 5; at++) if (at >= end || !isDigitByte(bytes[at])) return
  if (!cutTail(work, start, length)) return
  const rest = endOf(work, name + 5, LONGEST_REST, 0x3f)
  work.replace(separator, bytes[rest] === 0x3f && rest < end ? rest + 1 : rest, '')
}

function endOf({ bytes, end }: Work, from: number, most: number, stop: number): number {
  let at = from
  while (at < end && at - from < most && bytes[at] !== stop && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at++
  return at
}

/** Digits before the number, its length or a filler, may stand with it; without a check digit all are taken for it. */
function cutTail(work: Work, start: number, length: number): boolean {
  const { values } = work.run
  const end = start + length
  for (let size = Math.min(LONGEST, length); size >= SHORTEST; size--) {
    if (!isCardAt(values, end - size, size)) continue
    work.cut(end - size, size)
    return true
  }
  if (length > LONGEST) return false
  work.cut(start, length)
  return true
}

/** Fields that say what they hold: no check digit is needed. */
export function maskFields(work: Work): void {
  const { run, bytes } = work
  for (let group = 0; group < run.groups; group++) {
    const length = run.lengthOf(group)
    const isNumber = length >= SHORTEST && length <= LONGEST
    if (!isNumber && length !== 3 && length !== 4) continue
    const start = run.starts[group] as number
    const at = run.at[start] as number
    if (!isAfterName(bytes, at) || !isDigitByte(bytes[at + 6 < work.end && isNumber ? at + 6 : at])) continue
    if (!(isNumber ? ENDS_OF_NUMBER_NAME : ENDS_OF_CHECK_VALUE_NAME).has(endOfName(bytes, at))) continue
    const before = textOf(bytes, at - LONGEST_FIELD_NAME, at)
    if (isNumber && NUMBER_NAME.test(before)) work.cut(start, length)
    else if (!isNumber && CHECK_VALUE_NAME.test(before) && !isWordByte(bytes[at + length])) {
      work.replace(at, at + length, '*'.repeat(length))
      work.hits++
    }
  }
}

/** The last character of the name that stands before. */
function endOfName(bytes: Uint8Array, at: number): number {
  let before = at - 1
  while (before > at - MOST_BEHIND_NAME && !isOfName(bytes[before])) before--
  return bytes[before] ?? 0
}

const isOfName = (byte: number | undefined) =>
  isWordByte(byte) || byte === 0x5f || byte === 0x2d || (byte !== undefined && byte >= 0x80)

/** Quick: whether a sign of assignment stands before, with blanks or a quote between. */
export function isAfterName(bytes: Uint8Array, at: number): boolean {
  let before = at - 1
  for (let step = 0; step < 4; step++) {
    const byte = bytes[before]
    if (byte === 0x3a || byte === 0x3d || byte === 0x3e) return true
    if (byte !== 0x20 && byte !== 0x22 && byte !== 0x27 && byte !== 0x09) return false
    before--
  }
  return false
}

/** At the k of a field that is named so: `pinBlock`, `PIN-BLOCK`, `pin_block`. */
export function maskPinBlock(work: Work, at: number): void {
  const { bytes } = work
  if (at < 7 || NIBBLES[bytes[at - 1] as number] !== 0xc || ((bytes[at - 2] as number) | 0x20) !== 0x6f)
    return
  if (/pin[ _-]?bloc$/i.test(textOf(bytes, at - 9, at))) hidePinBlock(work, at + 1)
}

/** At the digits of a field that is named by its number in ISO 8583: `DE52`, `field 052`. */
export function maskElement52(work: Work, at: number): void {
  const { bytes } = work
  const number = bytes[at] === 0x30 ? at + 1 : at
  if (bytes[number] !== 0x35 || bytes[number + 1] !== 0x32 || isWordByte(bytes[number + 2])) return
  if (ELEMENT.test(textOf(bytes, at - LONGEST_ELEMENT, at))) hidePinBlock(work, number + 2)
}

/** The value behind a name that ends here. */
function hidePinBlock(work: Work, at: number): void {
  const { bytes } = work
  const found = PIN_BLOCK.exec(textOf(bytes, at, Math.min(work.end, at + LONGEST_PIN_BLOCK)))
  if (found === null) return
  const to = at + found[0].length
  for (let one = to - (found[1] as string).length; one < to; one++)
    if (isHexByte(bytes[one])) bytes[one] = 0x2a
  work.hits++
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  const start = Math.max(0, from)
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, to - start).toString('utf8')
}
