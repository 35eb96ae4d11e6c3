import { type ParquetScan, parquetScan } from 'hyparquet'
import { checkKey } from '../../../../blobs/keys'
import { type Ctx, type Visibility, visibilityOf } from '../../../../core/context'
import { databaseFailure } from '../../../../core/database-failure'
import { isFailure } from '../../../../core/errors'
import { archiveDeleted, archiveUnreadable } from '../errors'
import { type Cell, columnOf } from '../format/columns'
import { READ_OPTIONS, toCell } from '../format/decode'
import { GROUP_ROWS } from '../format/encode'
import type { ArchiveRow } from '../tables'
import { openFile } from './file'
import { type ArchiveFilter, type Condition, conditionsOf, pruningOf } from './filter'
import { type SeesSlips, slipSight } from './visible'

/** What reading needs to know of an archive. */
export type ArchiveRef = Pick<ArchiveRow, 'number' | 'day' | 'blobKey' | 'rows' | 'deletedAt'>

/** Rows that lie together, `rowEnd` excluded: a group at most, so much is decoded at once. */
export interface Part {
  rowStart: number
  rowEnd: number
}

/**
 * A search through one file where it lies. Groups that cannot have a match are passed over by what the footer and the
 * filters say of them; of the others a column is read only while rows are left for it to judge.
 */
export interface SlipScan {
  /** What may have a match, in the order of the file. */
  parts(): Iterable<Part>
  /** The rows of a part that fit and that may be seen. */
  matchesIn(part: Part): Promise<number[]>
  /** A column of some rows of one part. */
  cellsOf(column: string, part: Part): Promise<Cell[]>
}

export async function openScan(
  ctx: Ctx,
  archive: ArchiveRef,
  filter: ArchiveFilter,
  startRow: number,
  visibility: Visibility = visibilityOf(ctx.actor),
): Promise<SlipScan> {
  const file = await openFile(ctx, checkKey(archive.blobKey))
  const conditions = conditionsOf(filter)
  const pruningFilter = pruningOf(conditions)
  const scan = await parquetScan({
    file: file.buffer,
    metadata: file.metadata,
    rowStart: startRow,
    useBloomFilters: true,
    ...(pruningFilter === undefined ? {} : { pruningFilter }),
    ...READ_OPTIONS,
  })
  const cellsOf = (column: string, part: Part) => readCells(scan, column, part)
  const sees = slipSight(ctx, visibility)
  return {
    parts: () => partsOf(scan, startRow),
    cellsOf,
    async matchesIn(part) {
      const fitting = await judge(conditions, part, cellsOf)
      const seen = sees === 'all' ? fitting : await inSight(sees, fitting, part, cellsOf)
      return seen.map((at) => part.rowStart + at)
    },
  }
}

type ReadCells = SlipScan['cellsOf']

async function readCells(scan: ParquetScan, name: string, part: Part): Promise<Cell[]> {
  const column = columnOf(name)
  const values = await scan.readColumn({ column: name, ...part })
  return Array.from(values, (value) => toCell(column, value))
}

function* partsOf(scan: ParquetScan, startRow: number): Generator<Part, void> {
  for (const range of scan.ranges)
    for (let at = Math.max(range.rowStart, startRow); at < range.rowEnd; at += GROUP_ROWS)
      yield { rowStart: at, rowEnd: Math.min(at + GROUP_ROWS, range.rowEnd) }
}

async function judge(conditions: readonly Condition[], part: Part, cellsOf: ReadCells): Promise<number[]> {
  let left = Array.from({ length: part.rowEnd - part.rowStart }, (_, at) => at)
  for (const { column, holds } of conditions) {
    if (left.length === 0) break
    const cells = await cellsOf(column, part)
    left = left.filter((at) => holds(cells[at] ?? null))
  }
  return left
}

async function inSight(
  sees: Exclude<SeesSlips, 'all'>,
  rows: readonly number[],
  part: Part,
  cellsOf: ReadCells,
): Promise<number[]> {
  if (rows.length === 0) return []
  const merchants = await cellsOf('merchant_id', part)
  const terminals = await cellsOf('terminal_id', part)
  const seen = await sees(
    rows.map((at) => ({ merchantId: merchants[at] ?? null, terminalId: String(terminals[at]) })),
  )
  return rows.filter((_, index) => seen[index])
}

/**
 * Reads an archive: refuses one that is deleted, and tells what is wrong with a file as one thing. That the store or the
 * database cannot be reached stays what it is.
 */
export async function reading<Result>(
  ctx: Ctx,
  archive: ArchiveRef,
  read: () => Promise<Result>,
): Promise<Result> {
  if (archive.deletedAt !== null) throw archiveDeleted({ values: { number: archive.number } })
  try {
    return await read()
  } catch (error) {
    if (databaseFailure(error) !== undefined || (isFailure(error) && error.kind === 'unavailable'))
      throw error
    ctx.log.error('eslip_archive_unreadable', { number: archive.number, error: error as Error })
    throw archiveUnreadable({ values: { number: archive.number } }, { cause: error })
  }
}
