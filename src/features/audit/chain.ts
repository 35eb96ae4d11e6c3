import { createHash } from 'node:crypto'
import type { ChainProblem } from './lists'

/** A row of the audit log as it is hashed: every field as the text that PostgreSQL makes of it. */
export interface ChainRow {
  seq: string
  /** Microseconds since 1970. */
  atMicros: string
  actorKind: string
  actorId: string | null
  actorName: string
  action: string
  subjectKind: string
  subjectId: string
  subjectLabel: string
  /** `jsonb` as text. */
  changes: string
  requestId: string
  address: string | null
  /** Both in hexadecimal. */
  prevHash: string
  hash: string
}

/** Where a chain ends, or ended once. */
export interface Head {
  seq: number
  /** In hexadecimal. */
  hash: string
}

/** What the first row follows. */
export const NO_HASH = '0'.repeat(64)

const FORM = 'psm-audit/1'

/**
 * The bytes of a row that are hashed, in which no two different rows are alike: each field as its length in bytes, a
 * colon, its bytes in UTF-8, a comma; `-,` where there is none. psm_audit_hash (drizzle/0028_audit_chain.sql) makes the same.
 */
export function canonicalForm(row: Omit<ChainRow, 'hash'>): Buffer {
  const fields = [
    FORM,
    row.seq,
    row.prevHash,
    row.atMicros,
    row.actorKind,
    row.actorId,
    row.actorName,
    row.action,
    row.subjectKind,
    row.subjectId,
    row.subjectLabel,
    row.changes,
    row.requestId,
    row.address,
  ]
  return Buffer.from(
    fields.map((field) => (field === null ? '-,' : `${Buffer.byteLength(field)}:${field},`)).join(''),
  )
}

/** SHA-256 of the canonical form, in hexadecimal. */
export const hashOf = (row: Omit<ChainRow, 'hash'>): string =>
  createHash('sha256').update(canonicalForm(row)).digest('hex')

/** How far a chain was found sound. */
export interface Sound extends Head {
  /** Rows up to there. */
  count: number
}

export const BEGINNING: Sound = { seq: 0, hash: NO_HASH, count: 0 }

/** Whether a row is what was hashed, and follows where the chain stands. */
export function fits(row: ChainRow, sound: Head): boolean {
  return row.prevHash === sound.hash && isUnaltered(row)
}

const isUnaltered = (row: ChainRow) => hashOf(row) === row.hash

/**
 * Names what is wrong with the first row that does not fit.
 * @param following the rows after it, as many as one wants to look at
 */
export function nameProblem(row: ChainRow, sound: Head, following: readonly ChainRow[]): ChainProblem {
  if (following.some((next) => fits(next, sound))) return 'inserted'
  return isUnaltered(row) ? 'missing_before' : 'altered'
}

/** Compares the end of a sound chain with the row that says where it ends. */
export function compareHead(sound: Sound, head: Sound): ChainProblem | undefined {
  if (sound.seq < head.seq) return 'tail_missing'
  const isThere = sound.seq === head.seq && sound.hash === head.hash && sound.count === head.count
  return isThere ? undefined : 'head_differs'
}

const ANCHOR = /^([1-9]\d{0,15}):([0-9a-p]{64})$/
const LETTERS = 'ghijklmnop'

/**
 * Reads what `anchorText` wrote, or the same with the hash in plain hexadecimal; undefined of anything else.
 */
export function readAnchor(text: string): Head | undefined {
  const [, seq, hash] = ANCHOR.exec(text.trim()) ?? []
  if (seq === undefined || hash === undefined) return undefined
  return { seq: Number(seq), hash: hash.replace(/[g-p]/g, (letter) => String(LETTERS.indexOf(letter))) }
}

/** A head for the server's log, digits of the hash as g to p: the log cuts what looks like a card number, and so might a hash. */
export function anchorText({ seq, hash }: Head): string {
  return `${seq}:${hash.replace(/\d/g, (digit) => LETTERS[Number(digit)] ?? '')}`
}
