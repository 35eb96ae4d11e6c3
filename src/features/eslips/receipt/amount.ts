import type { Language } from '../../../core/languages'

/**
 * Digits after the point, ISO 4217 table A.1; two for all others. Intl follows CLDR instead, which rounds dinars and
 * forints as shops do: a hundredth or thousandth part of what was paid would be shown.
 */
const DIGITS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, Number(digits)])),
)

/** How many digits a currency has after the point. */
export function digitsOf(currency: string): number {
  return DIGITS[currency] ?? 2
}

/** An amount in minor units as a plain decimal number, exact whatever its size: `1250.50`. */
export function decimalOf(minor: number, currency: string): string {
  const digits = digitsOf(currency)
  const sign = minor < 0 ? '-' : ''
  const text = BigInt(Math.abs(minor))
    .toString()
    .padStart(digits + 1, '0')
  return sign + (digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`)
}

/** The minor units of a decimal number as people type it, with point or comma; undefined where it is none. */
export function minorOf(decimal: string, currency: string): number | undefined {
  const [, whole, part = ''] =
    /^(\d{1,15})(?:[.,](\d+))?$/.exec(decimal.replace(/[\s\u00A0\u202F]/g, '')) ?? []
  const digits = digitsOf(currency)
  if (whole === undefined || part.length > digits) return undefined
  const minor = Number(whole + part.padEnd(digits, '0'))
  return Number.isSafeInteger(minor) ? minor : undefined
}

/** English without a region would be American; see src/i18n/format.ts. */
const REGIONS: Record<Language, string> = { ru: 'ru-RU', en: 'en-GB' }

/** An amount in minor units as a language writes it, with a sign of the currency that no other has: `1 250,50 ₽`. */
export function amountText(minor: number, currency: string, language: Language): string {
  const digits = digitsOf(currency)
  const format = new Intl.NumberFormat(REGIONS[language], {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return format.format(decimalOf(minor, currency) as `${number}`)
}
