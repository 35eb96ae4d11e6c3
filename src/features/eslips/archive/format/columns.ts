/**
 * What is in a file, column by column: the one list from which the statement that reads a day, the file's schema and the
 * way back are made. Names are those of the table, plus the terminal's serial number as it was when the day was archived.
 *
 * A new column gets a new SCHEMA_VERSION; files keep the version they were written with.
 */
export interface FileColumn {
  name: string
  /** Over `s` (eslips) and `t` (terminals). Times as Unix milliseconds: JSON and the file hold them exactly. */
  sql: string
  type: 'text' | 'bigint' | 'moment' | 'boolean'
  isRequired: boolean
  /** Whether row groups carry a filter that says what cannot be in them. */
  hasBloom: boolean
  /** Whether row groups carry the least and greatest value. */
  hasBounds: boolean
  /** Whether hardly a value comes twice: a dictionary of it would be tried for nothing. */
  isUnique: boolean
}

export const SCHEMA_VERSION = 1
export const CONTENT = 'content'

const column = (
  name: string,
  type: FileColumn['type'],
  more: Partial<Pick<FileColumn, 'isRequired' | 'hasBloom' | 'hasBounds' | 'isUnique' | 'sql'>> = {},
): FileColumn => ({
  name,
  type,
  sql: type === 'moment' ? `(extract(epoch from s.${name}) * 1000)::bigint` : `s.${name}`,
  isRequired: false,
  hasBloom: false,
  hasBounds: true,
  isUnique: false,
  ...more,
})

const always = { isRequired: true } as const

export const COLUMNS: readonly FileColumn[] = [
  column('tid', 'text'),
  column('terminal_id', 'text', { ...always, hasBloom: true }),
  column('filed_at', 'moment', always),
  column('id', 'text', { ...always, hasBloom: true, isUnique: true }),
  column('seq', 'bigint', always),
  column('serial', 'text', { sql: 't.serial', hasBounds: false }),
  column('merchant_id', 'text', { hasBloom: true }),
  column('mid', 'text', { hasBloom: true }),
  column('type', 'text', always),
  column('result', 'text', always),
  column('amount', 'bigint', always),
  column('currency', 'text', always),
  column('rrn', 'text', { hasBloom: true }),
  column('auth_code', 'text', { hasBloom: true }),
  column('receipt_no', 'text'),
  column('last4', 'text'),
  column('scheme', 'text'),
  column('received_at', 'moment', always),
  column('time_mark', 'text'),
  column('had_pan', 'boolean', always),
  column('has_other_tid', 'boolean', always),
  column('identity', 'text', { ...always, hasBounds: false, isUnique: true }),
  column('content_digest', 'text', { ...always, hasBounds: false, isUnique: true }),
  // The text as it was accepted, to the byte: the digest is made of it. It is the last, and most of a slip.
  column(CONTENT, 'text', { ...always, hasBounds: false, isUnique: true }),
]

export const COLUMN_NAMES: readonly string[] = COLUMNS.map((one) => one.name)

export type Cell = string | number | boolean | null
/** The cells of a slip in the order of COLUMNS; moments in Unix milliseconds. */
export type FileRow = readonly Cell[]

/** Rows that are written or compared: contents stay the bytes they are. */
export interface RowGroup {
  /** Of each the cells of COLUMNS but the content. */
  rows: readonly FileRow[]
  contents: readonly Uint8Array[]
}

/** The position of a column in a FileRow; -1 for none. */
export function positionOf(name: string): number {
  return COLUMN_NAMES.indexOf(name)
}

export function columnOf(name: string): FileColumn {
  const column = COLUMNS[positionOf(name)]
  if (column === undefined) throw new Error(`There is no column ${name} in an archive.`)
  return column
}
