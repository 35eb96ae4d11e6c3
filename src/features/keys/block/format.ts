/** What a block looks like in each version (TR-31:2018, 5.3; ANSI X9.143:2021, 6.2; ISO 20038:2017, A.2 for E). */
export interface VersionFormat {
  /** Of the cipher, in bytes; optional blocks are padded to as many characters. */
  cipherBlock: number
  /** Hexadecimal digits of the MAC. */
  macDigits: number
  /** Whether the ciphertext is padded to whole cipher blocks; E enciphers by counter. */
  isPadded: boolean
  /** The kind of key that protects the block. */
  protectedBy: 'T' | 'A'
}

export const BLOCK_VERSIONS = ['A', 'B', 'C', 'D', 'E'] as const
export type BlockVersion = (typeof BLOCK_VERSIONS)[number]

export const VERSION_FORMATS: Readonly<Record<BlockVersion, VersionFormat>> = {
  A: { cipherBlock: 8, macDigits: 8, isPadded: true, protectedBy: 'T' },
  B: { cipherBlock: 8, macDigits: 16, isPadded: true, protectedBy: 'T' },
  C: { cipherBlock: 8, macDigits: 8, isPadded: true, protectedBy: 'T' },
  D: { cipherBlock: 16, macDigits: 32, isPadded: true, protectedBy: 'A' },
  E: { cipherBlock: 16, macDigits: 32, isPadded: false, protectedBy: 'A' },
}

/** The header, in characters (X9.143, table 1), and the smallest block: one cipher block of DES under version A. */
export const HEADER_LENGTH = 16
export const LEAST_LENGTH = 40
export const MOST_LENGTH = 9999

/** Bytes of the key's length, enciphered before the key. */
const LENGTH_BYTES = 2

/**
 * The shortest key of an algorithm in bytes (X9.143, table 3): single DES, double-length TDES, AES-128. HMAC and
 * asymmetric keys have no length of their own: they fill one cipher block.
 */
const LEAST_KEY_BYTES: Readonly<Record<string, number>> = { D: 8, T: 16, A: 16 }

/** The fewest bytes of ciphertext that hold a key of the algorithm. Longer is legal: lengths may be masked. */
export function leastCiphertext({ cipherBlock, isPadded }: VersionFormat, algorithm: string): number {
  const bytes = LENGTH_BYTES + (LEAST_KEY_BYTES[algorithm] ?? 1)
  return isPadded ? Math.ceil(bytes / cipherBlock) * cipherBlock : bytes
}

/** Single fields of the header: what each may hold (X9.143, tables 2 to 6). Digits are proprietary algorithms and modes. */
export const HEADER_FIELDS = [
  { field: 'usage', from: 5, to: 7, form: /^[A-Z0-9]{2}$/, rule: 'usage_malformed' },
  { field: 'algorithm', from: 7, to: 8, form: /^[ADEHIJRST0-9]$/, rule: 'algorithm_unknown' },
  { field: 'mode', from: 8, to: 9, form: /^[BCDEGNSTVXY0-9]$/, rule: 'mode_unknown' },
  { field: 'keyVersion', from: 9, to: 11, form: /^[0-9A-Za-z]{2}$/, rule: 'key_version_malformed' },
  { field: 'exportability', from: 11, to: 12, form: /^[ENS]$/, rule: 'exportability_unknown' },
  { field: 'optionalCount', from: 12, to: 14, form: /^[0-9]{2}$/, rule: 'optional_count_malformed' },
  { field: 'context', from: 14, to: 15, form: /^[012]$/, rule: 'context_unknown' },
  { field: 'reserved', from: 15, to: 16, form: /^0$/, rule: 'reserved_not_zero' },
] as const
