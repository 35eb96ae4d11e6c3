/**
 * Which numbers can be card numbers: prefixes (issuer identification, ISO/IEC 7812-1) and the lengths in use with them.
 * Brands' own ranges; to be looked over once a year.
 */
interface BinRange {
  /** Inclusive, both of the same number of digits. */
  from: string
  to: string
  lengths: readonly number[]
}

const range = (from: string, to: string, ...lengths: number[]): BinRange => ({ from, to, lengths })
const LONG = [16, 17, 18, 19]
/** Of fifteen digits are numbers of Russian sole traders (OGRNIP), which begin with 3 and stand on receipts. */
const DINERS = [14, 16, 17, 18, 19]
const MAESTRO = [13, 14, 15, 16, 17, 18, 19]

export const BIN_RANGES: readonly BinRange[] = [
  range('4', '4', 13, 16, 18, 19),
  range('51', '55', 16),
  range('2221', '2720', 16),
  range('2200', '2204', ...LONG),
  range('34', '34', 15),
  range('37', '37', 15),
  range('300', '305', ...DINERS),
  range('3095', '3095', ...DINERS),
  range('36', '36', ...DINERS),
  range('38', '39', ...DINERS),
  range('3528', '3589', ...LONG),
  range('6011', '6011', ...LONG),
  range('644', '649', ...LONG),
  range('65', '65', ...LONG),
  range('62', '62', ...LONG),
  range('81', '81', ...LONG),
  range('50', '50', ...MAESTRO),
  range('56', '58', ...MAESTRO),
  range('60', '60', ...MAESTRO),
  range('63', '63', ...MAESTRO),
  range('67', '67', ...MAESTRO),
  ...['9112', '8600', '9860', '9417', '9051', '9792'].map((prefix) => range(prefix, prefix, 16)),
]

export const SHORTEST = 13
export const LONGEST = 19
const PREFIX_DIGITS = 4

/** By the first four digits: a bit for each length in use with them. */
const LENGTHS_BY_PREFIX = lengthsByPrefix()

function lengthsByPrefix(): Uint32Array {
  const table = new Uint32Array(10 ** PREFIX_DIGITS)
  for (const { from, to, lengths } of BIN_RANGES) {
    const bits = lengths.reduce((all, length) => all | (1 << length), 0)
    const last = Number(to.padEnd(PREFIX_DIGITS, '9'))
    for (let at = Number(from.padEnd(PREFIX_DIGITS, '0')); at <= last; at++)
      table[at] = (table[at] as number) | bits
  }
  return table
}

/** The check digit of ISO/IEC 7812-1, annex B. */
function isChecked(digits: Uint8Array, from: number, length: number): boolean {
  let sum = 0
  for (let i = 0; i < length; i++) {
    let digit = digits[from + length - 1 - i] as number
    if (i % 2 === 1) {
      digit *= 2
      if (digit > 9) digit -= 9
    }
    sum += digit
  }
  return sum % 10 === 0
}

/** True for digits (their values, 0 to 9) that have a card number's prefix, length and check digit. */
export function isCardAt(digits: Uint8Array, from: number, length: number): boolean {
  if (length < SHORTEST || length > LONGEST) return false
  const prefix =
    (digits[from] as number) * 1000 +
    (digits[from + 1] as number) * 100 +
    (digits[from + 2] as number) * 10 +
    (digits[from + 3] as number)
  return (((LENGTHS_BY_PREFIX[prefix] as number) >> length) & 1) === 1 && isChecked(digits, from, length)
}

const valuesOf = (digits: string) => Uint8Array.from(digits, Number)

/** True for digits that have a card number's prefix, length and check digit. */
export function isCardNumber(digits: string): boolean {
  return isCardAt(valuesOf(digits), 0, digits.length)
}

export function passesLuhn(digits: string): boolean {
  return isChecked(valuesOf(digits), 0, digits.length)
}
