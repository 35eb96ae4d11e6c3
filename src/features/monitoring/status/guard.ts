import { maskText } from '../../../core/pan-guard'
import type { Status, Vitals } from './schemas'

/** What is compared with hashes, check values and ids that were given out, digit by digit: cut it would prove nothing. */
const COMPARED = new Set(['sha256', 'signerSha256', 'kcv', 'transportKeyKcv', 'licId'])
/** An acquirer's number for the merchant (ISO 8583, DE 42); only American Express has cards of fifteen digits. */
const MID = /^(?!3[47])\d{15}$/

/**
 * A status without card numbers, in whichever of its texts they stand (PCI DSS 3.4.1). What the terminal is registered
 * by stays as it is; the same object where nothing is cut, as nearly always.
 */
export function withoutCardNumbers(status: Status, registered: ReadonlySet<string>): Status {
  const cleaned = (name: string, value: unknown): unknown => {
    if (typeof value === 'string') {
      const isKept = COMPARED.has(name) || registered.has(value) || (name === 'mid' && MID.test(value))
      return isKept ? value : maskText(value, true).text
    }
    if (typeof value !== 'object' || value === null) return value
    let isCut = false
    const looked = (field: string, one: unknown) => {
      const kept = cleaned(field, one)
      isCut ||= kept !== one
      return kept
    }
    if (Array.isArray(value)) {
      const items = value.map((one) => looked(name, one))
      return isCut ? items : value
    }
    const fields = Object.entries(value).map(([field, one]) => [field, looked(field, one)])
    return isCut ? Object.fromEntries(fields) : value
  }
  return cleaned('', status) as Status
}

/** RFC 3339: nothing else fits into it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?$/i

/** The one text among the vitals, likewise. Looked at with every check-in. */
export function vitalsWithoutCardNumbers(vitals: Vitals): Vitals {
  const { localTime } = vitals
  if (localTime === undefined || TIME.test(localTime)) return vitals
  return { ...vitals, localTime: maskText(localTime).text }
}

/** What a hash function makes: digits and letters by chance, in which nobody could tell a card number. */
const MADE_HASH = /^(?=.*[a-f])[0-9a-f]{32,128}$/i

/** The client's hash of its status, which may be any text; none where it is or holds a card number. */
export function hashWithoutCardNumbers(clientHash: string): string | null {
  return MADE_HASH.test(clientHash) || maskText(clientHash).hits === 0 ? clientHash : null
}
