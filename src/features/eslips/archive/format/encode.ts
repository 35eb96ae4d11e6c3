import { gzipSync } from 'node:zlib'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'
import { BloomBuilder } from 'hyparquet-writer/src/bloom.js'
import {
  type Cell,
  COLUMNS,
  CONTENT,
  type FileColumn,
  type FileRow,
  type RowGroup,
  SCHEMA_VERSION,
} from './columns'
import { type Summary, Summing } from './summary'

/** Rows that are found or skipped together. */
export const GROUP_ROWS = 2_000
/** A reader of one slip unpacks this much of its content and not the whole group's. */
const PAGE_BYTES = 64 * 1024
/** The fastest: columns by themselves are so alike that higher levels gain a hundredth. */
const GZIP_LEVEL = 1

const PHYSICAL: Record<FileColumn['type'], Pick<SchemaElement, 'type' | 'converted_type'>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  bigint: { type: 'INT64' },
  moment: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  boolean: { type: 'BOOLEAN' },
}

const SCHEMA: SchemaElement[] = [
  { name: 'slips', num_children: COLUMNS.length },
  ...COLUMNS.map(
    ({ name, type, isRequired }): SchemaElement => ({
      name,
      repetition_type: isRequired ? 'REQUIRED' : 'OPTIONAL',
      ...PHYSICAL[type],
    }),
  ),
]

/**
 * Makes a Parquet file of rows, group by group: it holds one group in memory, and of those before only their index.
 * Everything it does, it does at once: where the event loop has other work, it belongs into a worker.
 */
export class SlipFileEncoder {
  readonly #writer = new ByteWriter(1024 * 1024)
  readonly #parquet: ParquetWriter
  readonly #summing = new Summing()

  constructor(day: string) {
    this.#parquet = new ParquetWriter({
      writer: this.#writer,
      schema: SCHEMA,
      codec: 'GZIP',
      compressors: { GZIP: (bytes) => gzipSync(bytes, { level: GZIP_LEVEL }) },
      createdBy: 'psManager',
      kvMetadata: [
        { key: 'psmanager.day', value: day },
        { key: 'psmanager.schema', value: String(SCHEMA_VERSION) },
      ],
    })
  }

  /** Takes the rows of one group, GROUP_ROWS of them but for the last, and gives the bytes of it. */
  addGroup(group: RowGroup): Uint8Array<ArrayBuffer> {
    const { rows, contents } = group
    this.#summing.add(group)
    const columnData = COLUMNS.map(
      (column, at): ColumnSource => ({
        name: column.name,
        data: column.name === CONTENT ? [...contents] : rows.map((row) => toValue(column, row[at] ?? null)),
        statistics: column.hasBounds,
        ...(column.isUnique ? { encoding: 'PLAIN' } : {}),
      }),
    )
    const from = this.#parquet.pendingIndexes.length
    void this.#parquet.write({ columnData, rowGroupSize: rows.length, pageSize: PAGE_BYTES })
    for (const [at, written] of this.#parquet.pendingIndexes.slice(from).entries())
      if (COLUMNS[at]?.hasBloom) written.bloomFilter = filterOf(at, rows)
    return this.#take()
  }

  /** The end of the file: filters, then the footer. */
  finish(): { bytes: Uint8Array<ArrayBuffer>; summary: Summary } {
    // Filters of one column lie together, so that a search reads those of all groups at once.
    this.#parquet.pendingIndexes.sort(byColumn)
    void this.#parquet.finish()
    return { bytes: this.#take(), summary: this.#summing.end() }
  }

  #take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#writer.getBuffer())
    this.#writer.index = 0
    return bytes
  }
}

function toValue({ type }: FileColumn, cell: Cell): Cell | bigint {
  return typeof cell === 'number' && type !== 'boolean' ? BigInt(cell) : cell
}

/** The library would hash a terminal's id for each of its slips; it is the dearest part of the work. */
function filterOf(at: number, rows: readonly FileRow[]): Uint32Array | undefined {
  const builder = new BloomBuilder(PHYSICAL.text as SchemaElement)
  for (const value of new Set(rows.map((row) => row[at]))) builder.insert(value)
  return builder.finalize()
}

type Pending = ParquetWriter['pendingIndexes'][number]

function byColumn(a: Pending, b: Pending): number {
  return placeOf(a) - placeOf(b)
}

function placeOf({ chunk }: Pending): number {
  return COLUMNS.findIndex((one) => one.name === chunk.meta_data?.path_in_schema[0])
}
