import type { FiledSlip, Slip } from '../../ingest'
import { type Cell, COLUMN_NAMES } from '../format/columns'

/** A slip out of an archive, and where it lies. */
export interface ArchivedSlip extends FiledSlip {
  archiveNumber: number
  /** Its place in the file. */
  row: number
}

const FIELDS = COLUMN_NAMES.map((name) => ({ name, field: camelCase(name) }))

/** All but the name of its merchant, which is no part of the file. @param cellOf the cell of a column of that row */
export function toSlip(
  cellOf: (column: string) => Cell,
  place: Pick<ArchivedSlip, 'archiveNumber' | 'row'>,
): ArchivedSlip {
  const fields = Object.fromEntries(FIELDS.map(({ name, field }) => [field, cellOf(name)]))
  return {
    ...fields,
    filedAt: new Date(Number(fields.filedAt)).toISOString(),
    receivedAt: new Date(Number(fields.receivedAt)).toISOString(),
    content: JSON.parse(String(fields.content)) as Slip,
    merchantName: null,
    ...place,
  } as ArchivedSlip
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase())
}
