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

/** psm_append knows no moment before 1970, and none without end. */
const isUnaltered = (row: ChainRow) => /^\d+$/.test(row.atMicros) && hashOf(row) === row.hash

/** Whether time may go backwards with this row: psm_append says where it does. */
export function tellsClock(row: Pick<ChainRow, 'action'>): boolean {
  const action = 'audit.clock_set_back'
  return row.action === action
}

/** What is wrong, with which row, and up to where the chain is sound. */
export interface Found {
  seq: number
  problem: ChainProblem
  after: number
}

/**
 * Names what is wrong where a row does not fit, and the first row that is wrong: of rows that were put in by the rules
 * of the chain, only their successor does not fit.
 * @param around.before the rows up to where the chain seemed sound, the newest first
 * @param around.following the rows after it; of both as many as one wants to look at
 */
export function findProblem(
  row: ChainRow,
  sound: Head,
  around: { before: readonly ChainRow[]; following: readonly ChainRow[] },
): Found {
  const seq = Number(row.seq)
  if (around.following.some((next) => fits(next, sound)))
    return { seq, problem: 'inserted', after: sound.seq }
  if (!isUnaltered(row)) return { seq, problem: 'altered', after: sound.seq }
  const first = around.before.find(({ prevHash }) => prevHash === row.prevHash)
  if (first === undefined) return { seq, problem: 'missing_before', after: sound.seq }
  const previous = around.before[around.before.indexOf(first) + 1]
  return { seq: Number(first.seq), problem: 'inserted', after: Number(previous?.seq ?? 0) }
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
