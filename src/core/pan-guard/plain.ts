import { isCardNumber } from './bins'

/** Zeros of the scripts whose digits terminals print: ASCII, Arabic-Indic, Persian, Devanagari, full-width. */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0xff10]
/** What stands between the groups of a number: blanks of every width, dashes, and what people type instead. */
const SEPARATOR = /[\s\p{Pd}\p{Zs}\p{Cf}.,/_]/u
const MOST_SEPARATORS = 3
const SHORTEST = 13
const LONGEST = 19
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
  for (const run of runsOf(chars, acrossLines))
    for (let from = 0; from < run.length; from++) {
      const found = numberFrom(run, from)
      if (found === undefined) continue
      for (const { at } of found.digits.slice(6, -4)) hidden.add(at)
      hits++
      from = found.lastGroup
    }
  if (hits === 0) return { text, hits }
  return { text: chars.map((char, at) => (hidden.has(at) ? FILLER : char)).join(''), hits }
}

/** The longest number that begins with this group and ends with a group. */
function numberFrom(run: readonly Group[], from: number): { digits: Digit[]; lastGroup: number } | undefined {
  let longest: { digits: Digit[]; lastGroup: number } | undefined
  const digits: Digit[] = []
  for (let at = from; at < run.length && digits.length <= LONGEST; at++) {
    digits.push(...(run[at] as Group))
    if (digits.length <= LONGEST && isNumber(digits)) longest = { digits: [...digits], lastGroup: at }
  }
  return longest ?? numberWithin(run[from] as Group, from)
}

/** A number filled up with zeros before it, or followed at once by other digits, such as its expiry. */
function numberWithin(group: Group, lastGroup: number): { digits: Digit[]; lastGroup: number } | undefined {
  const start = group.findIndex(({ value }) => value !== '0')
  if (start === -1 || (start === 0 && group.length <= LONGEST)) return undefined
  for (let length = Math.min(LONGEST, group.length - start); length >= SHORTEST; length--) {
    const digits = group.slice(start, start + length)
    if (isNumber(digits)) return { digits, lastGroup }
  }
  return undefined
}

const isNumber = (digits: readonly Digit[]) => isCardNumber(digits.map(({ value }) => value).join(''))

/** Groups of digits with nothing but separators between them. */
function runsOf(chars: readonly string[], acrossLines: boolean): Group[][] {
  const runs: Group[][] = []
  let run: Digit[][] = []
  let group: Digit[] = []
  let gap = 0
  let isMargin = false
  const close = () => {
    if (group.length > 0) run.push(group)
    if (run.length > 0) runs.push(run)
    run = []
    group = []
  }
  for (const [at, char] of chars.entries()) {
    const value = digitOf(char)
    if (value !== undefined) {
      if (gap > 0 && group.length > 0) {
        run.push(group)
        group = []
      }
      group.push({ value, at })
      gap = 0
      isMargin = false
      continue
    }
    const isBreak = char === '\n' || char === '\r'
    // The margin of the next line counts as nothing.
    if (isBreak && acrossLines) isMargin = true
    else if (char !== ' ') isMargin = false
    gap = isMargin ? 1 : gap + 1
    if (!SEPARATOR.test(char) || (isBreak && !acrossLines) || gap > MOST_SEPARATORS) close()
  }
  close()
  return runs
}

function digitOf(char: string): string | undefined {
  const code = char.codePointAt(0) ?? 0
  const zero = ZEROS.find((one) => code >= one && code < one + 10)
  return zero === undefined ? undefined : String(code - zero)
}
