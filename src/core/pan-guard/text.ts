import { isCardNumber, truncate } from './bins'
import { maskPlainNumbers } from './plain'

/**
 * Finds card data in text and cuts it to first six and last four, in the forms it takes in logs of terminals and cash
 * registers. Each rule replaces what it finds, so a later one sees only what is left. All patterns are bounded: no
 * input makes them slow. Masking too much is accepted, too little is not.
 */
interface Rule {
  pattern: RegExp
  /** The replacement, or undefined where the look of it deceived. */
  replace(match: RegExpMatchArray): string | undefined
}

/** The shortest number that any rule knows. Most texts of terminals are shorter. */
const FEWEST_DIGITS = 12
/** Twelve digits with a few other characters between any two: without them no rule can apply. */
const WORTH_A_LOOK = /\p{N}(?:\P{N}{0,40}\p{N}){11}/u
/** Margins of lines are as wide as the lines. */
const WORTH_A_LOOK_ACROSS = /\p{N}(?:\P{N}*\p{N}){11}/u

const RULES: readonly Rule[] = [
  {
    // Track 1, ISO/IEC 7813: %B, number, name, expiry and the rest up to the end sentinel or the line.
    pattern: /%?B(\d{12,19})\^[^^\r\n]{0,40}\^\d{4}[^?\r\n]{0,80}\??/gi,
    replace: (match) => `%B${truncate(match[1] as string)}`,
  },
  {
    // Track 2: number, separator, expiry, service code. The shape decides, no check digit needed.
    pattern: /;?(?<!\d)(\d{12,19})[=D](\d{7}\d{0,30})[fF]?\??(?![0-9A-Za-z])/g,
    replace: (match) => `${truncate(match[1] as string)}=<T2>`,
  },
  {
    // Track 2 in hexadecimal with the tag, or spaced as frame dumps are: 57 11 54 13 33 … D2 51 …
    pattern:
      /(?<![0-9A-Za-z])(?:[0-9]{2}[ :-]?){6,12}[0-9]?[ :-]?D[ :-]?(?:[0-9A-F][ :-]?){7,26}(?![0-9A-Za-z])/gi,
    replace: (match) => maskTrack2Hex(match[0]),
  },
  {
    // Tag 5A, the number in BCD.
    pattern:
      /(?<![0-9A-Za-z])5A[ :-]?0[6-9A][ :-]?((?:[0-9]{2}[ :-]?){6,9}(?:[0-9][0-9F])?)(?![0-9A-Za-z])/gi,
    replace: (match) => maskBcd(match[0], match[1] as string),
  },
  {
    // ASCII digits in hexadecimal: 34 31 31 31 …, the commonest form in frame dumps.
    pattern: /(?<![0-9A-Za-z])(?:3[0-9][ :,-]{0,2}){12,18}3[0-9](?![0-9A-Za-z])/g,
    replace: (match) => maskHexDigits(match[0]),
  },
  {
    // Fields that say what they hold: no check digit needed.
    pattern:
      /((?:^|[^a-z])(?:pan|card_?-?(?:number|no|num)?|track_?-?[123]?|pin_?-?block|cvv2?|cvc2?)["']?\s{0,3}[:=>]\s{0,3}["']?)(\d{13,19})(?!\d)/gim,
    replace: (match) => `${match[1]}${truncate(match[2] as string)}`,
  },
]

export interface MaskedText {
  /** The same string object where nothing was found. */
  text: string
  hits: number
}

/**
 * Cuts card data in a text.
 * @param acrossLines a number may go on in the next line, as printers break it
 */
export function maskText(text: string, acrossLines = false): MaskedText {
  if (text.length < FEWEST_DIGITS) return { text, hits: 0 }
  if (!(acrossLines ? WORTH_A_LOOK_ACROSS : WORTH_A_LOOK).test(text)) return { text, hits: 0 }
  let hits = 0
  let masked = text
  for (const rule of RULES) {
    masked = masked.replace(rule.pattern, (...parts) => {
      const groups = parts.filter((part) => typeof part === 'string').slice(0, -1)
      const replacement = rule.replace(groups as unknown as RegExpMatchArray)
      if (replacement === undefined) return parts[0] as string
      hits++
      return replacement
    })
  }
  const plain = maskPlainNumbers(masked, acrossLines)
  hits += plain.hits
  return hits === 0 ? { text, hits } : { text: plain.text, hits }
}

/** Digits with separators between them: the middle ones go, the separators stay. */
function keepEnds(
  text: string,
  digitCount: number,
  isDigit: (char: string) => boolean,
  filler: string,
): string {
  let seen = 0
  return [...text]
    .map((char) => {
      if (!isDigit(char)) return char
      seen++
      return seen > 6 && seen <= digitCount - 4 ? filler : char
    })
    .join('')
}

const isDecimal = (char: string) => char >= '0' && char <= '9'

/** The tag and length may stand before the number: each start is tried. Masked digits become C, so it stays hexadecimal. */
function maskTrack2Hex(found: string): string | undefined {
  const at = found.toUpperCase().indexOf('D')
  const before = found.slice(0, at)
  const digits = before.replace(/[^0-9]/g, '')
  for (let length = Math.min(19, digits.length); length >= 13; length--) {
    if (!isCardNumber(digits.slice(-length))) continue
    const skipped = digits.length - length
    let seen = 0
    const number = [...before]
      .map((char) => {
        if (!isDecimal(char)) return char
        seen++
        return seen > skipped + 6 && seen <= digits.length - 4 ? 'C' : char
      })
      .join('')
    return number + found.charAt(at) + found.slice(at + 1).replace(/[0-9A-Fa-f]/g, 'C')
  }
  return undefined
}

function maskBcd(found: string, value: string): string | undefined {
  const digits = value.replace(/[^0-9]/g, '')
  if (!isCardNumber(digits)) return undefined
  const at = found.length - value.length
  return found.slice(0, at) + keepEnds(value, digits.length, isDecimal, 'C')
}

function maskHexDigits(found: string): string | undefined {
  const pairs = found.match(/3[0-9]/g) ?? []
  const digits = pairs.map((pair) => pair.charAt(1)).join('')
  if (!isCardNumber(digits)) return undefined
  let seen = 0
  return found.replace(/3[0-9]/g, (pair) => {
    seen++
    return seen > 6 && seen <= digits.length - 4 ? '2A' : pair
  })
}
