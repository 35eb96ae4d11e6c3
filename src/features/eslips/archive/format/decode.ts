import { gunzipSync } from 'node:zlib'
import type { AsyncBuffer, DecodedArray, FileMetaData, ParquetParsers } from 'hyparquet'
import { parquetReadObjects } from 'hyparquet'
import { type Cell, COLUMN_NAMES, COLUMNS, type FileColumn, type FileRow } from './columns'

/** As the file says it, not as the library would like it: moments stay whole milliseconds. */
export const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis) => Number(millis) as never,
}

export const COMPRESSORS = {
  GZIP: (bytes: Uint8Array) => new Uint8Array(gunzipSync(bytes)),
}

/** What every call of the library is told. */
export const READ_OPTIONS = { parsers: PARSERS, compressors: COMPRESSORS } as const

/** The rows of a file, group by group, as they were written. */
export async function* decodeGroups(
  file: AsyncBuffer,
  metadata: FileMetaData,
): AsyncGenerator<FileRow[], void> {
  let rowStart = 0
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows)
    const rows = await parquetReadObjects({
      file,
      metadata,
      rowStart,
      rowEnd,
      columns: [...COLUMN_NAMES],
      ...READ_OPTIONS,
    })
    yield rows.map((row) => COLUMNS.map((column) => toCell(column, row[column.name])))
    rowStart = rowEnd
  }
}

/** Values of the file as cells. */
export function toCell({ type }: FileColumn, value: DecodedArray[number]): Cell {
  if (value === null || value === undefined) return null
  return type === 'bigint' || type === 'moment' ? Number(value) : (value as Cell)
}
