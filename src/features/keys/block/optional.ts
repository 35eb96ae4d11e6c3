import { KCV_DIGITS, type Kcv } from './kcv'
import type { KeyRuleCode } from './lists'

export interface OptionalBlock {
  /** Two letters of the standard, or two digits of a maker. */
  id: string
  data: string
}

/**
 * What the data of a block must look like (ANSI X9.143:2021, 6.3.6). `AL` asymmetric key life, `BI` BDK id, `DA`
 * derivations allowed, `HM` hash of HMAC, `IK` AES-DUKPT initial key id, `KC` KCV of the key, `KP` KCV of the key that
 * protects it, `KS` TDES-DUKPT initial KSN, `PK` KCV of the key it was exported under, `TC` creation, `TS` time stamp,
 * `WP` wrapping pedigree. All others are printable text.
 */
const KCV = new RegExp(
  `^(?:00(?:[0-9A-F]{2}){1,${KCV_DIGITS.legacy / 2}}|01(?:[0-9A-F]{2}){1,${KCV_DIGITS.cmac / 2}})$`,
)
const FORMS: Readonly<Record<string, RegExp>> = {
  AL: /^010[01]$/,
  BI: /^(?:00[0-9A-F]{10}|01[0-9A-F]{8})$/,
  DA: /^01(?:[A-Z0-9]{2}[ADEHIJRST0-9][BCDEGNSTVXY0-9][ENS])+$/,
  HM: /^(?:10|2[0-5]|3[0-3]|4[01])$/,
  IK: /^[0-9A-F]{16}$/,
  KC: KCV,
  KP: KCV,
  KS: /^[0-9A-F]{20}$/,
  PK: KCV,
  WP: /^00[0-3]$/,
}

/** ISO 8601 in UTC: 15 or 17 characters without delimiters, 20 or 23 with them (X9.143, tables 21 and 22). */
const PLAIN_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\d\d)?Z$/
const DELIMITED_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d\d)?Z$/
const TIME_BLOCKS = ['TC', 'TS']

/** Free texts: where a clear key could hide. The data of all others has a form that leaves no room for one. */
export const isFreeText = ({ id }: OptionalBlock) => !Object.hasOwn(FORMS, id) && !TIME_BLOCKS.includes(id)

function isWellFormed({ id, data }: OptionalBlock): boolean {
  return TIME_BLOCKS.includes(id) ? isTime(data) : (FORMS[id]?.test(data) ?? true)
}

function isTime(data: string): boolean {
  const parts = (data.length < 18 ? PLAIN_TIME : DELIMITED_TIME).exec(data)
  if (parts === null) return false
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number)
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
  return month >= 1 && month <= 12 && isDay && hour < 24 && minute < 60 && second <= 60
}

/** The check value in `KC`, `KP` or `PK`: two digits for how it was made, then the value. */
export function kcvIn(blocks: readonly OptionalBlock[], id: 'KC' | 'KP'): Kcv | null {
  const data = blocks.find((one) => one.id === id)?.data
  if (data === undefined) return null
  return { kcv: data.slice(2), algorithm: data.startsWith('00') ? 'legacy' : 'cmac' }
}

export interface Walk {
  blocks: OptionalBlock[]
  problems: KeyRuleCode[]
  /** Where the ciphertext begins; undefined where the blocks could not be walked to their end. */
  end: number | undefined
}

/**
 * Pure: the optional blocks of a key block (X9.143, 6.3.6): `ID`, `LL` in hexadecimal with both included, data; or from
 * 256 characters on `ID`, `00`, the number of length digits, length, data.
 * @param alignment what their length together is a multiple of, in characters
 */
export function walkOptionalBlocks(text: string, start: number, count: number, alignment: number): Walk {
  const blocks: OptionalBlock[] = []
  const problems = new Set<KeyRuleCode>()
  let at = start
  for (let nth = 1; nth <= count; nth++) {
    const id = text.slice(at, at + 2)
    if (!/^[A-Z0-9]{2}$/.test(id)) problems.add('optional_id_malformed')
    const { header, length } = measure(text, at)
    if (length < header || at + length > text.length) problems.add('optional_length_wrong')
    if (problems.has('optional_id_malformed') || problems.has('optional_length_wrong'))
      return { blocks, problems: [...problems], end: undefined }
    const block = { id, data: text.slice(at + header, at + length) }
    if (blocks.some((other) => other.id === id)) problems.add('optional_repeated')
    if (id === 'PB' && nth < count) problems.add('padding_not_last')
    if (!isWellFormed(block)) problems.add('optional_data_malformed')
    blocks.push(block)
    at += length
  }
  if ((at - start) % alignment !== 0) problems.add('optional_not_aligned')
  return { blocks, problems: [...problems], end: at }
}

const EXTENDED = '00'
/** Digits of an extended length: X9.143 has four; what is longer than the longest block says no more. */
const MOST_LENGTH_DIGITS = 8

/** Characters of the block at a place and of what stands before its data; a length of 0 where it cannot be read. */
function measure(text: string, at: number): { header: number; length: number } {
  const digits = text.slice(at + 2, at + 4)
  if (digits !== EXTENDED) return { header: 4, length: hexAt(digits, 2) }
  const count = hexAt(text.slice(at + 4, at + 6), 2)
  if (count === 0 || count > MOST_LENGTH_DIGITS) return { header: 6, length: 0 }
  return { header: 6 + count, length: hexAt(text.slice(at + 6, at + 6 + count), count) }
}

const hexAt = (digits: string, count: number) =>
  digits.length === count && /^[0-9A-F]+$/.test(digits) ? Number.parseInt(digits, 16) : 0
