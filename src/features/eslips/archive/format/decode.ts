import { gunzipSync } from 'node:zlib'
import {
  type AsyncBuffer,
  type DecodedArray,
  type FileMetaData,
  type ParquetParsers,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet'
import {
  type Cell,
  COLUMN_NAMES,
  CONTENT,
  columnOf,
  type FileColumn,
  type FileRow,
  type RowGroup,
} from './columns'

/** As the file says it, not as the library would like it: moments stay whole milliseconds. */
const PARSERS: Partial<ParquetParsers> = { timestampFromMilliseconds: (millis) => Number(millis) as never }

const COMPRESSORS = {
  GZIP: (bytes: Uint8Array) => new Uint8Array(gunzipSync(bytes)),
}

/** What every call of the library is told. */
export const READ_OPTIONS = { parsers: PARSERS, compressors: COMPRESSORS } as const

const FOOTER_GUESS_BYTES = 256 * 1024

/** What the end of a file says of it: its groups, where they lie, and what can be in them. */
export function readFooter(file: AsyncBuffer): Promise<FileMetaData> {
  return parquetMetadataAsync(file, {
    ...READ_OPTIONS,
    initialFetchSize: FOOTER_GUESS_BYTES,
    geoparquet: false,
  })
}

/** The rows of a file, group by group: some columns in the order they are named. */
export async function* decodeGroups(
  file: AsyncBuffer,
  metadata: FileMetaData,
  names: readonly string[],
): AsyncGenerator<FileRow[], void> {
  const columns = names.map(columnOf)
  let rowStart = 0
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows)
    const part = { file, metadata, rowStart, rowEnd, columns: [...names] }
    const rows = await parquetReadObjects({ ...part, ...READ_OPTIONS })
    yield rows.map((row) => columns.map((column) => toCell(column, row[column.name])))
    rowStart = rowEnd
  }
}

const CELL_NAMES = COLUMN_NAMES.filter((name) => name !== CONTENT)
const AS_BYTES = { ...READ_OPTIONS, parsers: { ...PARSERS, stringFromBytes: (bytes: Uint8Array) => bytes } }

/** All of a file, group by group, as it was written. */
export async function* decodeWhole(
  file: AsyncBuffer,
  metadata: FileMetaData,
): AsyncGenerator<RowGroup, void> {
  let rowStart = 0
  for await (const rows of decodeGroups(file, metadata, CELL_NAMES)) {
    const part = { file, metadata, rowStart, rowEnd: rowStart + rows.length, columns: [CONTENT] }
    const contents = await parquetReadObjects({ ...part, ...AS_BYTES })
    yield { rows, contents: contents.map((row) => row[CONTENT] as Uint8Array) }
    rowStart += rows.length
  }
}

/** Values of the file as cells. */
export function toCell({ type }: FileColumn, value: DecodedArray[number]): Cell {
  if (value === null || value === undefined) return null
  return type === 'bigint' || type === 'moment' ? Number(value) : (value as Cell)
}
