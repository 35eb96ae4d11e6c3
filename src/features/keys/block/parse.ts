import {
  BLOCK_VERSIONS,
  type BlockVersion,
  HEADER_FIELDS,
  HEADER_LENGTH,
  LEAST_LENGTH,
  leastCiphertext,
  MOST_LENGTH,
  VERSION_FORMATS,
} from './format'
import type { Kcv } from './kcv'
import { type KeyRule, type KeyRuleCode, keyRule } from './lists'
import { kcvIn, type OptionalBlock, walkOptionalBlocks } from './optional'

/** A key block as its header claims it; only who has the key that protects it can tell that it is true. */
export interface KeyBlock {
  version: BlockVersion
  /** Characters of the whole block. */
  length: number
  /** Two characters, such as `P0`. */
  usage: string
  /** Of the key in the block: `A` AES, `T` TDES, `D` DES, `H` HMAC, `R` RSA, `S` DSA, `E` EC; a digit is proprietary. */
  algorithm: string
  mode: string
  /** `00`: not versioned; `c` and a digit: a component. */
  keyVersion: string
  /** `E` under trusted keys, `N` not, `S` sensitive. */
  exportability: string
  /** `0` by the wrapping key, `1` storage, `2` exchange. */
  context: string
  optional: OptionalBlock[]
  /** Upper-case hexadecimal digits. */
  ciphertext: string
  mac: string
  /** From `KC`. */
  kcv: Kcv | null
  /** From `KP`: of the key that protects the block. */
  protectionKcv: Kcv | null
}

export type ParsedBlock = { ok: true; block: KeyBlock } | { ok: false; problems: KeyRule[] }

/**
 * Pure: a key block of TR-31:2018, ANSI X9.143:2021 (versions A to D) or ISO 20038 (E), read as far as can be without
 * keys. Names every rule it breaks, never its text, and throws at nothing.
 */
export function parseKeyBlock(text: string): ParsedBlock {
  const problems: KeyRuleCode[] = []
  if (!/^[ -~]*$/.test(text)) problems.push('block_characters')
  if (text.length < LEAST_LENGTH || text.length > MOST_LENGTH) problems.push('block_size')
  // Without a whole header, or far beyond any block, there is nothing more to say.
  if (text.length < HEADER_LENGTH || text.length > MOST_LENGTH) return refused(problems)
  const lengthField = text.slice(1, 5)
  if (!/^[0-9]{4}$/.test(lengthField) || Number(lengthField) !== text.length)
    problems.push('block_length_wrong')
  const fields = readFields(text)
  problems.push(...fields.problems)
  const version = BLOCK_VERSIONS.find((one) => text.startsWith(one))
  if (version === undefined) problems.push(/^[0-9]/.test(text) ? 'version_proprietary' : 'version_unknown')
  if (version === undefined || problems.includes('optional_count_malformed')) return refused(problems)

  const { cipherBlock, macDigits } = VERSION_FORMATS[version]
  const { blocks, end, ...walk } = walkOptionalBlocks(
    text,
    HEADER_LENGTH,
    Number(fields.optionalCount),
    cipherBlock,
  )
  problems.push(...walk.problems)
  if (end === undefined) return refused(problems)
  const macAt = Math.max(end, text.length - macDigits)
  const ciphertext = text.slice(end, macAt)
  const mac = text.slice(macAt)
  problems.push(...judgePayload(version, fields.algorithm, ciphertext, mac))
  if (problems.length > 0) return refused(problems)
  const { optionalCount: _count, reserved: _reserved, problems: _none, ...header } = fields
  return {
    ok: true,
    block: {
      version,
      length: text.length,
      ...header,
      optional: blocks,
      ciphertext,
      mac,
      kcv: kcvIn(blocks, 'KC'),
      protectionKcv: kcvIn(blocks, 'KP'),
    },
  }
}

const refused = (problems: readonly KeyRuleCode[]): ParsedBlock => ({
  ok: false,
  problems: problems.map(keyRule).toSorted((one, other) => one.number - other.number),
})

type Field = (typeof HEADER_FIELDS)[number]['field']

function readFields(text: string): Record<Field, string> & { problems: KeyRuleCode[] } {
  const values = HEADER_FIELDS.map(({ field, from, to }) => [field, text.slice(from, to)])
  const problems = HEADER_FIELDS.filter(({ from, to, form }) => !form.test(text.slice(from, to)))
  return {
    ...(Object.fromEntries(values) as Record<Field, string>),
    problems: problems.map(({ rule }) => rule),
  }
}

const HEX = /^(?:[0-9A-F]{2})*$/

function judgePayload(
  version: BlockVersion,
  algorithm: string,
  ciphertext: string,
  mac: string,
): KeyRuleCode[] {
  const format = VERSION_FORMATS[version]
  const problems: KeyRuleCode[] = []
  const bytes = ciphertext.length / 2
  if (!HEX.test(ciphertext)) problems.push('ciphertext_malformed')
  if (!HEX.test(mac) || mac.length !== format.macDigits) problems.push('mac_malformed')
  if (format.isPadded && bytes % format.cipherBlock !== 0) problems.push('ciphertext_not_aligned')
  if (bytes < leastCiphertext(format, algorithm)) problems.push('block_too_short_for_key')
  return problems
}
