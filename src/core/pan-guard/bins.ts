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

/** The check digit of ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48
    if (i % 2 === 1) {
      digit *= 2
      if (digit > 9) digit -= 9
    }
    sum += digit
  }
  return sum % 10 === 0
}

/** By the first digit: most digits are told from a card number by it. */
const BY_FIRST = new Map(
  Array.from('0123456789', (first) => [
    first,
    BIN_RANGES.filter(({ from, to }) => (from[0] as string) <= first && first <= (to[0] as string)),
  ]),
)

/** True for digits that have a card number's prefix, length and check digit. */
export function isCardNumber(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19) return false
  const isInRange = BY_FIRST.get(digits[0] as string)?.some(({ from, to, lengths }) => {
    if (!lengths.includes(digits.length)) return false
    const prefix = digits.slice(0, from.length)
    return prefix >= from && prefix <= to
  })
  return isInRange === true && passesLuhn(digits)
}

/** First six and last four: the one truncation of the whole system (PCI DSS 3.4.1, 3.5.1). */
export function truncate(digits: string): string {
  return digits.slice(0, 6) + '*'.repeat(Math.max(0, digits.length - 10)) + digits.slice(-4)
}
