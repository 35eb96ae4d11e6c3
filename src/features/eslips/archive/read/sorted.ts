import type { Ctx } from '../../../../core/context'
import { momentText } from '../../../../core/moment'
import type { ArchiveFilter } from './filter'
import { named, slipsAt } from './read'
import { type ArchiveRef, openScan, type Part, reading, type SlipScan } from './scan'
import type { ArchivedSlip } from './slip'

type Position = Pick<ArchivedSlip, 'filedAt' | 'id'>
type Order = 'newest' | 'oldest'

export interface SortedOptions {
  filter: ArchiveFilter
  /** Which slips come first. */
  order: Order
  /** Only slips that follow this one in that order. */
  after?: Position | undefined
  /** Slips at most. */
  limit: number
}

export interface SortedResult {
  rows: ArchivedSlip[]
  hasMore: boolean
  /** Rows that were looked at. */
  looked: number
}

/**
 * Slips of an archive by the time they are filed under, those of one moment by id, as far as the caller may see them. The
 * file has them by TID, so all of it that may have a match is looked through, by the few columns that are asked about;
 * some `limit` rows are remembered meanwhile, and they alone are read whole.
 * `eslip_archive_deleted`, `eslip_archive_unreadable`.
 */
export function readSorted(ctx: Ctx, archive: ArchiveRef, options: SortedOptions): Promise<SortedResult> {
  return reading(ctx, archive, async () => {
    const scan = await openScan(ctx, archive, boundedBy(options), 0)
    const { chosen, looked } = await choose(scan, options)
    const found: ArchivedSlip[] = []
    for (const rows of rowsByPart(chosen)) found.push(...(await slipsAt(scan, rows, archive.number)))
    found.sort((one, other) => compare(one, other, options.order))
    const rows = await named(ctx, found.slice(0, options.limit))
    return { rows, hasMore: found.length > options.limit, looked }
  })
}

function boundedBy({ filter, order, after }: SortedOptions): ArchiveFilter {
  if (after === undefined) return filter
  const [earliest, latest] = [filter.from, filter.to].map((one) =>
    one === undefined ? undefined : Date.parse(one),
  )
  const at = Date.parse(after.filedAt)
  return order === 'newest'
    ? { ...filter, to: momentText(Math.min(latest ?? Number.POSITIVE_INFINITY, at + 1)) }
    : { ...filter, from: momentText(Math.max(earliest ?? Number.NEGATIVE_INFINITY, at)) }
}

interface Candidate {
  row: number
  filedAtMs: number
  part: Part
}

/** The rows that come first, one more than the limit so that it is known whether more follow. */
async function choose(
  scan: SlipScan,
  { order, after, limit }: SortedOptions,
): Promise<{ chosen: Candidate[]; looked: number }> {
  let chosen: Candidate[] = []
  let looked = 0
  for (const part of scan.parts()) {
    looked += part.rowEnd - part.rowStart
    const rows = await scan.matchesIn(part)
    if (rows.length === 0) continue
    const times = await scan.cellsOf('filed_at', part)
    const found = rows.map((row) => ({ row, part, filedAtMs: Number(times[row - part.rowStart]) }))
    const following = after === undefined ? found : await thoseAfter(scan, found, after, order)
    chosen = first([...chosen, ...following], limit + 1, order)
  }
  return { chosen, looked }
}

/** The filter has left none but of its moment and beyond; of its moment the ids are asked. */
async function thoseAfter(
  scan: SlipScan,
  candidates: readonly Candidate[],
  after: Position,
  order: Order,
): Promise<Candidate[]> {
  const atMs = Date.parse(after.filedAt)
  const kept: Candidate[] = []
  for (const one of candidates) {
    if (one.filedAtMs === atMs) {
      const [id] = await scan.cellsOf('id', { rowStart: one.row, rowEnd: one.row + 1 })
      const position = { filedAt: after.filedAt, id: String(id) }
      if (compare(position, after, order) <= 0) continue
    }
    kept.push(one)
  }
  return kept
}

/** So many by time, and all that are of the same moment as the last of them: ids part those later. */
function first(candidates: Candidate[], most: number, order: Order): Candidate[] {
  if (candidates.length <= most) return candidates
  const sign = order === 'oldest' ? 1 : -1
  const sorted = candidates.sort((one, other) => sign * (one.filedAtMs - other.filedAtMs))
  const last = sorted[most - 1]?.filedAtMs
  const end = sorted.findIndex((one, at) => at >= most && one.filedAtMs !== last)
  return end === -1 ? sorted : sorted.slice(0, end)
}

function rowsByPart(candidates: readonly Candidate[]): number[][] {
  const parts = new Map<Part, number[]>()
  for (const { row, part } of [...candidates].sort((one, other) => one.row - other.row))
    parts.set(part, [...(parts.get(part) ?? []), row])
  return [...parts.values()]
}

/** Moments are texts of one length, so they sort as what they stand for. */
function compare(one: Position, other: Position, order: Order): number {
  const [a, b] = [one.filedAt + one.id, other.filedAt + other.id]
  if (a === b) return 0
  return a < b === (order === 'oldest') ? -1 : 1
}
