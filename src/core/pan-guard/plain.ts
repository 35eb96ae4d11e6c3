import { isCardNumber } from './bins'

/** What stands between the groups of a number: anything but letters and digits, or the x that people type. */
const SEPARATOR = /^[^\p{L}\p{N}]*$|^\s*[xX×]\s*$/u
const MOST_SEPARATORS = 8
/** A number goes on in the next line, or in the one after an empty line; CR and LF of two sources may both stand there. */
const MOST_BREAKS = 3
/**
 * How card numbers are parted: as they are embossed (in fours and eights, with a shorter end; 4-6-5 and 4-6-4), behind the
 * issuer's six digits, or digit by digit. Digits that are parted otherwise are amounts, dates, RRN and STAN, taxpayers.
 */
const SHAPE = /^(?:(?:[48] )+(?:[1-4]|8)|4 6 [45]|6 10)$/
/** Groups of these shapes at most. */
const MOST_GROUPS = 5
const SHORTEST = 13
const LONGEST = 19
/** Of cards in use, with other digits before or behind them: of the rarer ones too many numbers would be seen in others. */
const WITHIN = [/^(?:4\d|5[1-5]|2[2-7]|35|62|65|81|9\d)\d{14}$/, /^3[47]\d{13}$/] as const
const FILLER = '*'

interface Digit {
  value: string
  /** Of its character in the text. */
  at: number
}

/** Digits that follow one another without anything between. */
type Group = readonly Digit[]

/**
 * Cuts card numbers that are written as digits, in whatever script and with whatever separators, and whatever stands beside
 * them: prefix, length and check digit decide. Nothing else of the text changes.
 * @param acrossLines a number may go on in the next line
 */
export function maskPlainNumbers(text: string, acrossLines = false): { text: string; hits: number } {
  const chars = [...text]
  const hidden = new Set<number>()
  let hits = 0
  for (const groups of runsOf(chars, acrossLines)) {
    const run = indexed(groups)
    for (let from = 0; from < groups.length; from++) {
      const found = numberFrom(run, from)
      if (found === undefined) continue
      for (const number of found.numbers) for (const { at } of number.slice(6, -4)) hidden.add(at)
      hits += found.numbers.length
      from = found.lastGroup
    }
  }
  if (hits === 0) return { text, hits }
  return { text: chars.map((char, at) => (hidden.has(at) ? FILLER : char)).join(''), hits }
}

interface Found {
  numbers: Group[]
  lastGroup: number
}

/** Groups with all their digits in one text, so that any of them together are a slice of it. */
interface Run {
  groups: readonly Group[]
  text: string
  /** Where in the text each group begins; the end of the last one besides. */
  starts: readonly number[]
  /** How many groups of one digit follow one another from here on. */
  singles: readonly number[]
}

function indexed(groups: readonly Group[]): Run {
  const starts = [0]
  for (const group of groups) starts.push((starts.at(-1) as number) + group.length)
  const singles = new Array<number>(groups.length).fill(0)
  for (let at = groups.length - 1; at >= 0; at--)
    if (groups[at]?.length === 1) singles[at] = 1 + (singles[at + 1] ?? 0)
  return { groups, text: groups.map(textOf).join(''), starts, singles }
}

/** The longest number that begins with this group and ends with a group. */
function numberFrom(run: Run, from: number): Found | undefined {
  const { groups, text, starts, singles } = run
  const start = starts[from] as number
  const digitsTo = (at: number) => text.slice(start, starts[at + 1])
  const found = (at: number): Found => ({ numbers: [groups.slice(from, at + 1).flat()], lastGroup: at })
  for (let length = Math.min(LONGEST, singles[from] as number); length >= SHORTEST; length--)
    if (isCardNumber(text.slice(start, start + length))) return found(from + length - 1)
  const last = Math.min(from + MOST_GROUPS, groups.length) - 1
  for (let at = last; at > from; at--) {
    const length = (starts[at + 1] as number) - start
    if (length < SHORTEST) break
    if (length > LONGEST || !SHAPE.test(shapeOf(groups, from, at))) continue
    if (isCardNumber(digitsTo(at))) return found(at)
  }
  if (isCardNumber(digitsTo(from))) return found(from)
  const numbers = numbersWithin(groups[from] as Group)
  return numbers.length === 0 ? undefined : { numbers, lastGroup: from }
}

function shapeOf(groups: readonly Group[], from: number, to: number): string {
  return groups
    .slice(from, to + 1)
    .map(({ length }) => length)
    .join(' ')
}

/**
 * Numbers filled up with zeros before them, or written at once with other digits: their length, a STAN, the expiry, a check
 * value, another number.
 */
function numbersWithin(group: Group): Group[] {
  if (group.length <= SHORTEST) return []
  const start = group.findIndex(({ value }) => value !== '0')
  const numbers = start === -1 ? [] : numbersInTurn(group, start)
  if (numbers.length > 0) return numbers
  const found = [
    ...[16, 15].map((length) => group.slice(0, length)),
    ...[16, 15].map((length) => group.slice(-length)),
  ].find((part) => WITHIN.some((one) => one.test(textOf(part)) && isCardNumber(textOf(part))))
  return found === undefined ? [] : [found]
}

function numbersInTurn(group: Group, start: number): Group[] {
  const numbers: Group[] = []
  let at = start
  if (start === 0 && group.length <= LONGEST) return numbers
  for (let number = numberAt(group, at); number !== undefined; number = numberAt(group, at)) {
    numbers.push(number)
    at += number.length
  }
  return numbers
}

function numberAt(group: Group, start: number): Group | undefined {
  for (let length = Math.min(LONGEST, group.length - start); length >= SHORTEST; length--) {
    const digits = group.slice(start, start + length)
    if (isCardNumber(textOf(digits))) return digits
  }
  return undefined
}

const textOf = (digits: Group) => digits.map(({ value }) => value).join('')

/** Groups of digits with nothing but separators between them. */
function runsOf(chars: readonly string[], acrossLines: boolean): Group[][] {
  const runs: Digit[][][] = []
  let gapFrom = 0
  for (const [at, char] of chars.entries()) {
    const value = digitOf(char)
    if (value === undefined) continue
    const run = runs.at(-1)
    if (run === undefined || !isGap(chars, gapFrom, at, acrossLines)) runs.push([[{ value, at }]])
    else if (at === gapFrom) run.at(-1)?.push({ value, at })
    else run.push([{ value, at }])
    gapFrom = at + 1
  }
  return runs
}

/** Whether a number may go on behind these characters. The margins of lines, and what fills them up, count as nothing. */
function isGap(chars: readonly string[], from: number, to: number, acrossLines: boolean): boolean {
  if (from === to || (to - from === 1 && chars[from] === ' ')) return true
  const gap = chars.slice(from, to).join('')
  const [first = '', ...others] = gap.split(/\r\n|\r|\n/)
  if (others.length > (acrossLines ? MOST_BREAKS : 0)) return false
  const between = others.length === 0 ? first : [first, ...others].map((part) => part.trim()).join('')
  return between.length <= MOST_SEPARATORS && SEPARATOR.test(between)
}

/** The value of a digit of any script, also of full width, raised or in a circle. */
function digitOf(char: string): string | undefined {
  if (char <= '\u007f') return char >= '0' && char <= '9' ? char : undefined
  if (!/\p{N}/u.test(char)) return undefined
  const plain = char.normalize('NFKC')
  if (/^[0-9]$/.test(plain)) return plain
  if (!IS_DIGIT.test(char)) return undefined
  // Digits of a script follow one another from its zero, and sets of ten follow one another.
  const code = char.codePointAt(0) as number
  let zero = code
  while (IS_DIGIT.test(String.fromCodePoint(zero - 1))) zero--
  return String((code - zero) % 10)
}

const IS_DIGIT = /^\p{Nd}$/u
