/** What psManager must know about a licence, in the order people name it. */
export const FACT_NAMES = ['serial', 'platform', 'licId', 'product', 'issuedAt', 'validUntil'] as const
export type FactName = (typeof FACT_NAMES)[number]

/**
 * Facts of one licence. `platform` is an id of the platform list; `issuedAt` and `validUntil` are instants in UTC as
 * `Date.toISOString` writes them. A fact nobody could tell is absent.
 */
export type LicenceFacts = { [Name in FactName]?: string }

const FACT_CODES = {
  serial: 'serial',
  platform: 'platform',
  licId: 'lic_id',
  product: 'product',
  issuedAt: 'issued_at',
  validUntil: 'valid_until',
} as const satisfies Record<FactName, string>

type FactCode = (typeof FACT_CODES)[FactName]
export type FactWarning = `ambiguous_${FactCode}` | `unreadable_${FactCode}`

/** The source names several values for the fact, so none was taken. */
export function ambiguous(name: FactName): FactWarning {
  return `ambiguous_${FACT_CODES[name]}`
}

/** The source names a value that is no serial number, no known platform, no date psManager reads without guessing. */
export function unreadable(name: FactName): FactWarning {
  return `unreadable_${FACT_CODES[name]}`
}

const WHOLE_DAY = /T(?:00:00:00\.000|23:59:59\.\d{3})Z$/

/**
 * True when two values say the same: serial numbers without regard to case; dates also when one of them is only a day
 * and the other an instant of that day (a file often has both spellings).
 */
export function sameFact(name: FactName, one: string, other: string): boolean {
  if (one === other) return true
  if (name === 'serial') return one.toUpperCase() === other.toUpperCase()
  if (name !== 'issuedAt' && name !== 'validUntil') return false
  const sameDay = one.slice(0, 10) === other.slice(0, 10)
  return sameDay && (WHOLE_DAY.test(one) || WHOLE_DAY.test(other))
}
