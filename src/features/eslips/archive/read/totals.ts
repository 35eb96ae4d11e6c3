import { type Ctx, visibilityOf } from '../../../../core/context'
import { addTo, bySubject } from '../format/summary'
import { ARCHIVES_AT_ONCE, type ArchiveEntry, listArchives } from '../list'
import type { SlipSum } from '../schemas'
import type { ArchiveFilter } from './filter'
import { openScan, reading } from './scan'

/** Rows that are counted one by one, at most. */
const TOTAL_BUDGET_ROWS = 2_000_000

export interface ArchivedTotals {
  /** Sorted by currency, type and result. */
  groups: SlipSum[]
  /** False where more fit than are counted one by one; what is there is counted rightly. */
  isWhole: boolean
}

/**
 * Count and sum of the archived slips that fit and that the caller may see. Where the sums of a
 * manifest answer, its file is not read; of the others four columns are read, besides those that are asked about.
 */
export async function totalArchived(
  ctx: Ctx,
  filter: ArchiveFilter,
  budget = TOTAL_BUDGET_ROWS,
): Promise<ArchivedTotals> {
  const sums = new Map<string, SlipSum>()
  const archives = await listArchives(ctx, { from: filter.from, to: filter.to, afterSeq: filter.afterSeq })
  let left = budget
  for (const archive of archives) {
    if (isTotalled(ctx, archive, filter)) {
      addTotals(archive, filter, sums)
      continue
    }
    if (left <= 0) return { groups: sorted(sums), isWhole: false }
    left -= await countIn(ctx, archive, filter, sums)
  }
  return { groups: sorted(sums), isWhole: true }
}

/**
 * How many archived slips fit that the caller may see, whatever that takes; no further than past `most`.
 * @param signal aborted when nobody waits for it any more
 */
export async function countArchived(
  ctx: Ctx,
  filter: ArchiveFilter,
  most: number,
  signal: AbortSignal,
): Promise<number> {
  const { from, to } = filter
  let count = 0
  for (let [found, afterNumber] = [ARCHIVES_AT_ONCE, 0]; found === ARCHIVES_AT_ONCE; ) {
    const archives = await listArchives(ctx, { from, to, afterNumber, order: 'number' })
    for (const archive of archives) {
      signal.throwIfAborted()
      const sums = new Map<string, SlipSum>()
      if (isTotalled(ctx, archive, filter)) addTotals(archive, filter, sums)
      else await countIn(ctx, archive, filter, sums)
      for (const one of sums.values()) count += one.count
      if (count > most) return count
    }
    found = archives.length
    afterNumber = archives.at(-1)?.number ?? 0
  }
  return count
}

const sorted = (sums: Map<string, SlipSum>) => [...sums.values()].sort(bySubject)

/** True where the sums of its manifest answer: all of its period is asked for, and nothing that they do not tell apart. */
function isTotalled(ctx: Ctx, archive: ArchiveEntry, filter: ArchiveFilter): boolean {
  const { from, to, afterSeq, currency: _, type: __, result: ___, ...rest } = filter
  return (
    visibilityOf(ctx.actor).kind === 'all' &&
    Object.values(rest).every((one) => one === undefined) &&
    (from === undefined || Date.parse(from) <= archive.minFiledAt.getTime()) &&
    (to === undefined || Date.parse(to) > archive.maxFiledAt.getTime()) &&
    (afterSeq === undefined || afterSeq < archive.minSeq)
  )
}

function addTotals({ totals }: ArchiveEntry, filter: ArchiveFilter, sums: Map<string, SlipSum>): void {
  for (const one of totals) if (fits(one, filter)) addTo(sums, one)
}

function fits(one: SlipSum, { currency, type, result }: ArchiveFilter): boolean {
  return (
    (currency === undefined || one.currency === currency) &&
    (type === undefined || one.type === type) &&
    (result === undefined || one.result === result)
  )
}

/** Adds what fits of one archive; says how many rows were looked at. */
function countIn(
  ctx: Ctx,
  archive: ArchiveEntry,
  filter: ArchiveFilter,
  sums: Map<string, SlipSum>,
): Promise<number> {
  return reading(ctx, archive, async () => {
    const scan = await openScan(ctx, archive, filter, 0)
    let looked = 0
    for (const part of scan.parts()) {
      looked += part.rowEnd - part.rowStart
      const rows = await scan.matchesIn(part)
      if (rows.length === 0) continue
      const currencies = await scan.cellsOf('currency', part)
      const types = await scan.cellsOf('type', part)
      const results = await scan.cellsOf('result', part)
      const amounts = await scan.cellsOf('amount', part)
      for (const row of rows) {
        const at = row - part.rowStart
        addTo(sums, {
          currency: String(currencies[at]),
          type: types[at] as SlipSum['type'],
          result: results[at] as SlipSum['result'],
          count: 1,
          amount: Number(amounts[at]),
        })
      }
    }
    return looked
  })
}
