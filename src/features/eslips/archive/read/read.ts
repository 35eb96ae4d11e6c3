import { type ParquetScan, parquetScan } from 'hyparquet'
import { checkKey } from '../../../../blobs/keys'
import type { Ctx } from '../../../../core/context'
import { databaseFailure } from '../../../../core/database-failure'
import { isFailure } from '../../../../core/errors'
import { archiveDeleted, archiveUnreadable } from '../errors'
import { type Cell, COLUMN_NAMES, COLUMNS, positionOf } from '../format/columns'
import { READ_OPTIONS, toCell } from '../format/decode'
import { GROUP_ROWS } from '../format/encode'
import type { ArchiveRow } from '../tables'
import { type OpenFile, openFile } from './file'
import { type ArchiveFilter, type Condition, conditionsOf, pruningOf } from './filter'
import { type ArchivedSlip, toSlip } from './slip'
import { type SeesSlips, slipSight } from './visible'

/** What reading needs to know of an archive. */
export type ArchiveRef = Pick<ArchiveRow, 'number' | 'day' | 'blobKey' | 'rows' | 'deletedAt'>

export interface ReadOptions {
  filter: ArchiveFilter
  /** The first row to look at: 0, or what `nextRow` was. */
  startRow?: number
  /** Slips at most. */
  limit: number
  /** Rows to look at, at most, apart from those that are passed over unread. One group more may be looked at. */
  budget?: number
}

export interface ReadResult {
  rows: ArchivedSlip[]
  /** Where to go on; null at the end of the file. */
  nextRow: number | null
  /** Rows that were looked at. */
  looked: number
}

export const READ_BUDGET_ROWS = 200_000

/**
 * Slips of an archive in the order of its file (TID, terminal, newest first), as far as the caller may see them. The file
 * stays where it is: of its groups only those are read that may have a match, of these first the columns that are asked
 * about, and the others only where something was found.
 * `eslip_archive_deleted`, `eslip_archive_unreadable`.
 */
export async function readArchive(ctx: Ctx, archive: ArchiveRef, options: ReadOptions): Promise<ReadResult> {
  const { filter, startRow = 0, limit, budget = READ_BUDGET_ROWS } = options
  if (archive.deletedAt !== null) throw archiveDeleted()
  return guarded(ctx, archive, async () => {
    const file = await openFile(ctx, checkKey(archive.blobKey))
    const conditions = conditionsOf(filter)
    const scan = await scanFrom(file, conditions, startRow)
    const sees = slipSight(ctx)
    const rows: ArchivedSlip[] = []
    let looked = 0
    for (const { rowStart, rowEnd } of partsOf(scan, startRow)) {
      if (looked >= budget) return { rows: await named(ctx, rows), nextRow: rowStart, looked }
      looked += rowEnd - rowStart
      const found = await matchesIn(scan, conditions, sees, rowStart, rowEnd)
      const taken = found.slice(0, limit - rows.length)
      rows.push(...(await slipsAt(scan, taken, archive.number)))
      const last = taken.at(-1)
      if (rows.length === limit) {
        const nextRow = last === undefined ? rowStart : last + 1
        return { rows: await named(ctx, rows), nextRow: nextRow < archive.rows ? nextRow : null, looked }
      }
    }
    return { rows: await named(ctx, rows), nextRow: null, looked }
  })
}

/** What is wrong with a file is told as one thing; that the store or the database cannot be reached stays what it is. */
export async function guarded<Result>(
  ctx: Ctx,
  archive: Pick<ArchiveRef, 'number' | 'blobKey'>,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    if (databaseFailure(error) !== undefined || (isFailure(error) && error.kind === 'unavailable'))
      throw error
    ctx.log.error('eslip_archive_unreadable', { number: archive.number, error: error as Error })
    throw archiveUnreadable({ values: { number: archive.number } }, { cause: error })
  }
}

function scanFrom(file: OpenFile, conditions: readonly Condition[], rowStart: number): Promise<ParquetScan> {
  const pruningFilter = pruningOf(conditions)
  return parquetScan({
    file: file.buffer,
    metadata: file.metadata,
    rowStart,
    useBloomFilters: true,
    ...(pruningFilter === undefined ? {} : { pruningFilter }),
    ...READ_OPTIONS,
  })
}

/** A group at a time at most: so much is decoded at once. */
function* partsOf(
  scan: ParquetScan,
  startRow: number,
): Generator<{ rowStart: number; rowEnd: number }, void> {
  for (const range of scan.ranges)
    for (let at = Math.max(range.rowStart, startRow); at < range.rowEnd; at += GROUP_ROWS)
      yield { rowStart: at, rowEnd: Math.min(at + GROUP_ROWS, range.rowEnd) }
}

/** The rows of a part that fit and may be seen. */
async function matchesIn(
  scan: ParquetScan,
  conditions: readonly Condition[],
  sees: SeesSlips,
  rowStart: number,
  rowEnd: number,
): Promise<number[]> {
  let left = Array.from({ length: rowEnd - rowStart }, (_, at) => at)
  for (const { column, holds } of conditions) {
    const cells = await cellsOf(scan, column, rowStart, rowEnd)
    left = left.filter((at) => holds(cells[at] ?? null))
    if (left.length === 0) return []
  }
  if (sees !== 'all') {
    const merchants = await cellsOf(scan, 'merchant_id', rowStart, rowEnd)
    const terminals = await cellsOf(scan, 'terminal_id', rowStart, rowEnd)
    const seen = await sees(
      left.map((at) => ({ merchantId: merchants[at] ?? null, terminalId: String(terminals[at]) })),
    )
    left = left.filter((_, index) => seen[index])
  }
  return left.map((at) => rowStart + at)
}

async function cellsOf(scan: ParquetScan, name: string, rowStart: number, rowEnd: number): Promise<Cell[]> {
  const column = COLUMNS[positionOf(name)]
  if (column === undefined) return []
  const values = await scan.readColumn({ column: name, rowStart, rowEnd })
  return Array.from(values, (value) => toCell(column, value))
}

/** All of these rows of one part. Rows that lie together are read together; between them nothing is unpacked. */
async function slipsAt(
  scan: ParquetScan,
  rows: readonly number[],
  archiveNumber: number,
): Promise<ArchivedSlip[]> {
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined) return []
  const columns = new Map<string, Cell[]>()
  for (const name of COLUMN_NAMES) columns.set(name, await cellsOf(scan, name, first, last + 1))
  return rows.map((row) =>
    toSlip((column) => columns.get(column)?.[row - first] ?? null, { archiveNumber, row }),
  )
}

/** Merchants are renamed; the file has their ids. */
async function named({ sql }: Ctx, rows: readonly ArchivedSlip[]): Promise<ArchivedSlip[]> {
  const ids = [...new Set(rows.map((one) => one.merchantId).filter((id) => id !== null))]
  if (ids.length === 0) return [...rows]
  const found = await sql<{ id: string; name: string }[]>`
    select id, name from merchants where id = any(${ids}::uuid[])`
  const names = new Map(found.map((one) => [one.id, one.name]))
  return rows.map((row) => ({ ...row, merchantName: names.get(row.merchantId ?? '') ?? null }))
}
