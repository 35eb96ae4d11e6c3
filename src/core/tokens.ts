import { hash, randomBytes } from 'node:crypto'

/** What a secret opens, by its prefix; secret scanners know such prefixes. */
export const TOKEN_PREFIX = { terminal: 'pst_', apiKey: 'psk_', setup: 'pss_' } as const

const TOKEN_BYTES = 32
const SHAPE = /^ps[tks]_[A-Za-z0-9_-]{43}$/

/** A fresh secret of 256 random bits with its prefix. It is shown once and never stored. */
export function mintToken(prefix: string): string {
  return prefix + randomBytes(TOKEN_BYTES).toString('base64url')
}

/** The only form of a secret that is stored. Plain SHA-256 is enough: the input has 256 random bits. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

const HINT_CHARACTERS = 4

/** The beginning of a secret, by which people tell it from another: its prefix and 24 of its 256 random bits. */
export function tokenHint(token: string): string {
  return token.slice(0, TOKEN_PREFIX.apiKey.length + HINT_CHARACTERS)
}

/** False for what can't be a token of ours, so that no database is asked for it. */
export function looksLikeToken(token: string, prefix: string): boolean {
  return token.startsWith(prefix) && SHAPE.test(token)
}

// No 0/O, 1/I/L, U: read aloud and typed by people at a counter.
const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_GROUPS = 5
const CODE_GROUP_LENGTH = 5

/** An enrolment code people can type, about 122 bits: `7KQ4M-…` in five groups of five. */
export function mintEnrollmentCode(): string {
  const groups: string[] = []
  while (groups.length < CODE_GROUPS) {
    let group = ''
    while (group.length < CODE_GROUP_LENGTH) {
      const byte = randomBytes(1)[0]!
      // Above the largest multiple of the alphabet's length a byte is thrown away, so that no character is likelier.
      if (byte < 256 - (256 % CODE_ALPHABET.length)) group += CODE_ALPHABET[byte % CODE_ALPHABET.length]
    }
    groups.push(group)
  }
  return groups.join('-')
}

/** The form in which a typed code is hashed: case, blanks and dashes do not matter. */
export function normalizeEnrollmentCode(code: string): string {
  return code.toUpperCase().replace(/[^0-9A-Z]/g, '')
}
