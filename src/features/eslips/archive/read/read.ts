import type { Ctx, Visibility } from '../../../../core/context'
import { type Cell, COLUMN_NAMES } from '../format/columns'
import type { ArchiveFilter } from './filter'
import { type ArchiveRef, openScan, reading, type SlipScan } from './scan'
import { type ArchivedSlip, toSlip } from './slip'

export interface ReadOptions {
  filter: ArchiveFilter
  /** The first row to look at: 0, or what `nextRow` was. */
  startRow?: number
  /** Slips at most. */
  limit: number
  /** Rows to look at, at most, apart from those that are passed over unread. One group more may be looked at. */
  budget?: number
  /** For whom it is read, where that is not the caller. */
  visibility?: Visibility
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
 * stays where it is: only what may have a match is read of it.
 * `eslip_archive_deleted`, `eslip_archive_unreadable`.
 */
export function readArchive(ctx: Ctx, archive: ArchiveRef, options: ReadOptions): Promise<ReadResult> {
  return reading(ctx, archive, async () => {
    const { rows, ...rest } = await read(ctx, archive, options)
    return { rows: await named(ctx, rows), ...rest }
  })
}

async function read(ctx: Ctx, archive: ArchiveRef, options: ReadOptions): Promise<ReadResult> {
  const { filter, startRow = 0, limit, budget = READ_BUDGET_ROWS, visibility } = options
  const scan = await openScan(ctx, archive, filter, startRow, visibility)
  const rows: ArchivedSlip[] = []
  let looked = 0
  for (const part of scan.parts()) {
    if (looked >= budget || rows.length >= limit) return { rows, nextRow: part.rowStart, looked }
    looked += part.rowEnd - part.rowStart
    const found = await scan.matchesIn(part)
    const taken = found.slice(0, limit - rows.length)
    rows.push(...(await slipsAt(scan, taken, archive.number)))
    const last = taken.at(-1)
    if (taken.length < found.length && last !== undefined) return { rows, nextRow: last + 1, looked }
  }
  return { rows, nextRow: null, looked }
}

/** All of these rows of one part. What lies between the first and the last is read too, and no more. */
export async function slipsAt(
  scan: SlipScan,
  rows: readonly number[],
  archiveNumber: number,
): Promise<ArchivedSlip[]> {
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined) return []
  const columns = new Map<string, Cell[]>()
  for (const name of COLUMN_NAMES)
    columns.set(name, await scan.cellsOf(name, { rowStart: first, rowEnd: last + 1 }))
  return rows.map((row) =>
    toSlip((column) => columns.get(column)?.[row - first] ?? null, { archiveNumber, row }),
  )
}

/** Merchants are renamed; the file has their ids. */
export async function named({ sql }: Ctx, rows: readonly ArchivedSlip[]): Promise<ArchivedSlip[]> {
  const ids = [...new Set(rows.map((one) => one.merchantId).filter((id) => id !== null))]
  if (ids.length === 0) return [...rows]
  const found = await sql<{ id: string; name: string }[]>`
    select id, name from merchants where id = any(${ids}::uuid[])`
  const names = new Map(found.map((one) => [one.id, one.name]))
  return rows.map((row) => ({ ...row, merchantName: names.get(row.merchantId ?? '') ?? null }))
}
