import { and, asc, desc, eq, gt, isNull, max, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { momentOfId } from '../../../core/ids'
import { dayOf } from '../ingest'
import { readArchive } from './read/read'
import type { ArchiveRef } from './read/scan'
import type { ArchivedSlip } from './read/slip'
import type { SlipSum } from './schemas'
import { eslipArchives } from './tables'

export interface ArchiveWindow {
  /** Slips filed at this moment (ISO 8601) or later may be in it. */
  from?: string
  /** Slips filed before this moment may be in it. */
  to?: string
  /** Has slips numbered above this. */
  afterSeq?: number
  /** Numbered above this. */
  afterNumber?: number
  order?: 'number' | 'newest-day' | 'oldest-day'
  limit?: number
}

export interface ArchiveEntry extends ArchiveRef {
  minSeq: number
  maxSeq: number
  minFiledAt: Date
  maxFiledAt: Date
  totals: SlipSum[]
}

export const ARCHIVES_AT_ONCE = 1_000

const ORDERS = {
  number: asc(eslipArchives.number),
  'newest-day': desc(eslipArchives.day),
  'oldest-day': asc(eslipArchives.day),
} as const

/**
 * The archives in which slips of a period, or above a number, may be: `limit` at most, ARCHIVES_AT_ONCE where not said.
 * For searches and exports; it says nothing of what a caller may see in them, `readArchive` does.
 *
 * A day leaves the database in the same commit in which its archive appears. Who reads both reads the database first and
 * then asks for the archives: a day that moves meanwhile is seen twice and never missed.
 */
export async function listArchives({ db }: Ctx, window: ArchiveWindow = {}): Promise<ArchiveEntry[]> {
  const { from, to, afterSeq, afterNumber, order = 'newest-day', limit = ARCHIVES_AT_ONCE } = window
  return db
    .select({
      number: eslipArchives.number,
      day: eslipArchives.day,
      blobKey: eslipArchives.blobKey,
      rows: eslipArchives.rows,
      deletedAt: eslipArchives.deletedAt,
      minSeq: eslipArchives.minSeq,
      maxSeq: eslipArchives.maxSeq,
      minFiledAt: eslipArchives.minFiledAt,
      maxFiledAt: eslipArchives.maxFiledAt,
      totals: eslipArchives.totals,
    })
    .from(eslipArchives)
    .where(
      and(
        isNull(eslipArchives.deletedAt),
        from === undefined ? undefined : sql`${eslipArchives.maxFiledAt} >= ${from}::timestamptz`,
        to === undefined ? undefined : sql`${eslipArchives.minFiledAt} < ${to}::timestamptz`,
        afterSeq === undefined ? undefined : gt(eslipArchives.maxSeq, afterSeq),
        afterNumber === undefined ? undefined : gt(eslipArchives.number, afterNumber),
      ),
    )
    .orderBy(ORDERS[order])
    .limit(limit)
}

/** One slip by its id, if it is in an archive and the caller may see it. Its id says of which day it is. */
export async function findArchived(ctx: Ctx, id: string): Promise<ArchivedSlip | undefined> {
  const filedAtMs = momentOfId(id)
  if (filedAtMs === undefined) return undefined
  const [archive] = await ctx.db
    .select()
    .from(eslipArchives)
    .where(and(eq(eslipArchives.day, dayOf(filedAtMs)), isNull(eslipArchives.deletedAt)))
  if (archive === undefined) return undefined
  const { rows } = await readArchive(ctx, archive, { filter: { id }, limit: 1 })
  return rows[0]
}

/** The highest number of a slip that was ever archived; 0 where none was. */
export async function newestArchivedSeq({ db }: Ctx): Promise<number> {
  const [newest] = await db.select({ seq: max(eslipArchives.maxSeq) }).from(eslipArchives)
  return newest?.seq ?? 0
}

/** When an archive was written, RFC 3339. */
export async function whenArchived({ db }: Ctx, number: number): Promise<string | undefined> {
  const [archive] = await db
    .select({ writtenAt: eslipArchives.writtenAt })
    .from(eslipArchives)
    .where(eq(eslipArchives.number, number))
  return archive?.writtenAt.toISOString()
}
