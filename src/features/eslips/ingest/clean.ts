import { isCardNumber, maskText } from '../../../core/pan-guard'

export interface Cleaned {
  value: unknown
  /** True where card numbers were cut. */
  hadPan: boolean
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** With version and variant (RFC 9562): made by a generator. */
const MADE_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i
const CARD_SEPARATORS = /[\s\p{Z}\p{Pd}\p{Cf}._/]/gu
/** Fields that are numbers, as all of `amounts` are; terminals write others as numbers too, where leading zeros are lost or not. */
const NUMBERS = new Set(['amount', 'count', 'length'])
/** Objects all of whose fields are numbers. */
const OF_NUMBERS = 'amounts'
/** Lines of one receipt: a number may go on in the next one. */
const LINES = new Set(['merchant', 'customer'])
/** Of a STAN (DE 11), and of batch numbers, which may be dates. */
const STAN_LENGTH = 6
const MOST_OF_BATCH = 8
/** Eight bytes in hexadecimal with a letter among them (EMV 4.3, tag 9F26), but for digits that are filled up with F as a card number is. */
const CRYPTOGRAM = /^(?!\d+f+$)(?=.*[a-f])[\da-f]{16}$/i
/** Fifteen digits, but for those that American Express begins with: no other card number in use is so long. */
const MID = /^(?!3[47])\d{15}$/
/** A slip is four levels deep; what lies deeper is unknown and would be dropped anyway. */
const DEEPEST = 6

/**
 * Makes of what a terminal sent what may be looked at, logged and kept: every card number cut to first six and last
 * four (PCI DSS 3.4.1, 3.5.1), in whatever field and form it comes. Comes before any check, so that no error names one.
 * Also what terminals of all makes do to fields: numbers for texts, blanks at their ends, empty texts for absent ones.
 */
export function clean(raw: unknown): Cleaned {
  let hadPan = false
  const known = knownOf(raw)
  const masked = (text: string): string => {
    if (text.length < 12 || (UUID.test(text) && !isNumberAsUuid(text))) return text
    const one = known.find((name) => text.includes(name))
    if (one !== undefined) return text.split(one).map(masked).join(one)
    const { text: cut, hits } = maskText(UUID.test(text) ? text.replaceAll('-', '') : text, true)
    if (hits === 0) return text
    hadPan = true
    return cut
  }

  const cleanField = (name: string, value: unknown, depth: number, parent: string): unknown => {
    if (name === 'pan') return cleanPan(value)
    // Cut it would be no name any more: such a slip is told from others by its content.
    if (name === 'slipUid' && typeof value === 'string' && masked(value) !== value) return undefined
    if (typeof value === 'number') return cleanNumber(value, NUMBERS.has(name) || parent === OF_NUMBERS)
    if (parent === 'text' && LINES.has(name) && Array.isArray(value)) return cleanLines(value, depth)
    if (typeof value !== 'string') return cleanValue(value, depth, name)
    const text = masked(value.trimEnd())
    if (text === '') return undefined
    return name === 'scheme' ? text.toLowerCase() : text
  }

  /** An amount that is a card number stays none: the schema wants a number, and refuses the text. */
  const cleanNumber = (value: number, isNumber: boolean): unknown =>
    isNumber && !isCardNumber(String(value)) ? value : masked(String(value))

  const cleanLines = (lines: readonly unknown[], depth: number): unknown => {
    const texts = lines.filter((line) => typeof line === 'string')
    if (texts.length < lines.length) return cleanValue(lines, depth, '')
    if (texts.every((line) => line.trim() === '')) return undefined
    // What a terminal gives as one line may have breaks in it, too; none is lost or added.
    const cut = masked(texts.join('\n')).split('\n')
    return texts.map((line) => cut.splice(0, line.split('\n').length).join('\n'))
  }

  const cleanValue = (value: unknown, depth: number, parent: string): unknown => {
    if (typeof value === 'string') return masked(value)
    if (typeof value !== 'object' || value === null) return value ?? undefined
    if (depth > DEEPEST) return undefined
    if (Array.isArray(value)) return value.map((one) => cleanValue(one, depth + 1, parent) ?? '')
    const fields: Record<string, unknown> = {}
    for (const [name, one] of Object.entries(value)) {
      const cleaned = cleanField(name, one, depth + 1, parent)
      if (cleaned !== undefined) fields[name] = cleaned
    }
    return fields
  }

  /** The number whole, as text or number, or its parts, longer than they may be. */
  const cleanPan = (value: unknown): unknown => {
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value).replace(CARD_SEPARATORS, '')
      if (!/^[\d*xX#]{8,19}$/.test(text)) return undefined
      if (/^\d{12,19}$/.test(text)) hadPan = true
      return partsOf(text.slice(0, 6), text.slice(-4), text.length)
    }
    if (typeof value !== 'object' || value === null) return undefined
    const { first6, last4, length } = value as Record<string, unknown>
    const [first, last] = [digitsOf(first6), digitsOf(last4)]
    if (first.length > 8 || last.length > 4 || maskText(JSON.stringify(value)).hits > 0) hadPan = true
    return partsOf(first.slice(0, 6), last.slice(-4), length)
  }

  /** One number in two fields that ISO 8583 keeps shorter. */
  const cleanPair = (value: unknown): unknown => {
    const { stan, batchNo } = (value ?? {}) as Record<string, unknown>
    if (typeof stan !== 'string' || typeof batchNo !== 'string') return value
    if (stan.length <= STAN_LENGTH && batchNo.length <= MOST_OF_BATCH) return value
    const { text, hits } = maskText(`${stan}\n${batchNo}`, true)
    if (hits === 0) return value
    hadPan = true
    const [first, second] = text.split('\n')
    return { ...(value as object), stan: first, batchNo: second }
  }

  const value = cleanPair(cleanValue(raw, 0, ''))
  return { value, hadPan }
}

/**
 * What is no card number though it may look like one, in its field and where the receipt prints it: the application
 * cryptogram, which is random (one in twenty thousand has such digits between its letters), and an acquirer's number for
 * the merchant (ISO 8583, DE 42).
 */
function knownOf(raw: unknown): string[] {
  const { emv, mid } = (raw ?? {}) as { emv?: unknown; mid?: unknown }
  const { ac } = (emv ?? {}) as { ac?: unknown }
  return [
    ...(typeof ac === 'string' && CRYPTOGRAM.test(ac) ? [ac] : []),
    ...(typeof mid === 'string' && MID.test(mid) ? [mid] : []),
  ]
}

/** True for what has the form of a UUID but is a card number and something: digits alone, or none that a generator made. */
function isNumberAsUuid(text: string): boolean {
  if (!/[a-f]/i.test(text)) return true
  if (MADE_UUID.test(text)) return false
  const [a, b, c, d, e] = text.split('-')
  return [`${a}${b}${c}`, `${d}${e}`].some((digits) => /^\d+$/.test(digits) && isCardNumber(digits))
}

const digitsOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''

function partsOf(first6: string, last4: string, length: unknown) {
  return {
    ...(/^\d{6}$/.test(first6) ? { first6 } : {}),
    ...(/^\d{4}$/.test(last4) ? { last4 } : {}),
    ...(typeof length === 'number' ? { length } : {}),
  }
}
