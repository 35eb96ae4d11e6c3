import { maskText } from '../../../core/pan-guard'
import { CUT, redactCounted } from '../../../core/redact'
import { BODY_MAX_BYTES } from './lists'

/**
 * Names whose values are never kept, whatever they are (PCI DSS 3.3.1, 3.5.1): by the words they consist of, so that
 * `pinBlock`, `pin_block` and `PIN-BLOCK` are one, and `printer` is none.
 */
const SECRET_WORDS = new Set(
  'token tokens secret secrets password passwd pwd authorization authorisation cookie credential credentials pin pinblock cvv cvv2 cvc cvc2 pan track track1 track2 track3 kcv kcvs cardholder expiry enrollmentcode apikey keyblock tmk tpk tak tdk zmk zpk kek kbpk ipek bdk'.split(
    ' ',
  ),
)
const SECRET_PAIRS = new Set([
  'enrollment code',
  'enrolment code',
  'api key',
  'private key',
  'key block',
  'card number',
  'expiry date',
])
/** No other name has such a word in it: a quick look that spares most names the long one. */
const MAY_BE_SECRET =
  /tok|sec|pass|pwd|auth|cook|cred|pin|cv[vc]|pan|trac|kcv|card|expir|api|key|enrol|t[mpad]k|z[mp]k|kek|kbp|ipek|bdk/i
/** RFC 3339: nothing else fits into it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?$/i
/** Shorter numbers are no card's. */
const SHORTEST_CARD = 1e12
/** Digests are compared digit by digit: cut they would prove nothing. One beside a card number may be made of it, and would give it to whoever tries. */
const DIGEST_NAME = /(?:sha256|hash)$/i
const DIGEST = /^[0-9a-f]{64}$/i
/** Of the length of a key of two or three parts of DES, or of AES; or a key block (ASC X9.143) by its header. */
const KEY =
  /^(?:[0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64}|[A-D]\d{4}[0-9A-Z]{2}[A-Z]{2}[0-9A-Zc]{2}[A-Z]\d{4}[0-9A-Z]{24,})$/i
const DEEPEST = 32
/** What names a terminal, a merchant or a licence, and what a hash function makes, may look like a card number by chance: it is cut to be safe, and accuses nobody. */
const NO_FINDING = /^(?:serial|tid|mid|licid)$|(?:sha256|hash|kcv)$/i
/** Of the names above those that hold card numbers. */
const OF_CARDS = /pan|track|card/i

/** Card numbers that were found on the way, and cut. */
interface Tally {
  hits: number
}

/** A copy of a parsed JSON value without secrets and card numbers. */
export function redact(value: unknown): unknown {
  return clean('', value, 0, { hits: 0 })
}

/** How many card numbers a parsed JSON value has in it, those under the names of secrets included. */
export function cardNumbersIn(value: unknown): number {
  const tally = { hits: 0 }
  clean('', value, 0, tally)
  return tally.hits
}

/**
 * A body as it may be kept: redacted JSON, at most BODY_MAX_BYTES of UTF-8, an ellipsis where more was cut. Null where there is none.
 */
export function keptBody(value: unknown): string | null {
  return keptCounted(value).text
}

/** The same, and how many card numbers were in it. */
export function keptCounted(value: unknown): { text: string | null; hits: number } {
  if (value === undefined) return { text: null, hits: 0 }
  const tally = { hits: 0 }
  return { text: cutText(JSON.stringify(clean('', value, 0, tally))), hits: tally.hits }
}

function clean(name: string, value: unknown, depth: number, tally: Tally): unknown {
  if (depth > DEEPEST) return CUT
  if (isSecret(name)) {
    // Nothing of it is kept; that a card number was in it is a finding all the same.
    if (OF_CARDS.test(name)) clean('', value, depth, tally)
    return CUT
  }
  if (typeof value === 'string') return cleanText(name, value, tally)
  if (typeof value === 'number') return cleanNumber(name, value, tally)
  if (Array.isArray(value)) return cleanList(name, value, depth, tally)
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  const before = tally.hits
  for (const [field, one] of Object.entries(value)) {
    const { text, hits } = redactCounted(field)
    tally.hits += hits
    copy[text] = clean(field, one, depth + 1, tally)
  }
  if (tally.hits > before)
    for (const field of Object.keys(copy)) if (DIGEST_NAME.test(field)) copy[field] = CUT
  return copy
}

function cleanText(name: string, text: string, tally: Tally): string {
  if (TIME.test(text)) return text
  const isDigest = DIGEST_NAME.test(name)
  if (isDigest && DIGEST.test(text)) return text
  if (!isDigest && KEY.test(text)) return CUT
  const redacted = redactCounted(text, true)
  count(name, redacted.hits, tally)
  return redacted.text
}

/** Of numbers that are too long the last digits are lost, and with them the check digit: those are cut and accuse nobody. */
function cleanNumber(name: string, value: number, tally: Tally): number | string {
  if (Math.abs(value) < SHORTEST_CARD) return value
  if (hasCard(String(value).replace('.', ''))) count(name, 1, tally)
  else if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value
  return CUT
}

function count(name: string, hits: number, tally: Tally): void {
  if (hits > 0 && !NO_FINDING.test(name)) tally.hits += hits
}

/** Digits may be spread over the members of a list, or of lists in it: together they are looked at as well. */
function cleanList(name: string, list: readonly unknown[], depth: number, tally: Tally): unknown {
  const cleaned = list.map((one) => clean(name, one, depth + 1, tally))
  const parts = partsOf(cleaned)
  const isSpread = parts.length > 1 && (hasCard(parts.join(' ')) || hasCard(parts.join('')))
  if (!isSpread) return cleaned
  count(name, 1, tally)
  return CUT
}

const partsOf = (list: readonly unknown[]): string[] =>
  list.flatMap((one) => {
    if (Array.isArray(one)) return partsOf(one)
    return typeof one === 'string' || typeof one === 'number' ? [String(one)] : []
  })

const hasCard = (text: string) => maskText(text).hits > 0

function isSecret(name: string): boolean {
  if (!MAY_BE_SECRET.test(name)) return false
  const words = wordsOf(name)
  return words.some(
    (word, at) => SECRET_WORDS.has(word) || (at > 0 && SECRET_PAIRS.has(`${words[at - 1]} ${word}`)),
  )
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
}

const ELLIPSIS = '…'

function cutText(text: string): string {
  if (text.length <= BODY_MAX_BYTES / 4) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= BODY_MAX_BYTES) return text
  let end = BODY_MAX_BYTES - Buffer.byteLength(ELLIPSIS)
  // Not within a letter: bytes that go on one begin with 10.
  while (((bytes[end] as number) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end) + ELLIPSIS
}
