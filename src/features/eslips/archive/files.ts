import type { Readable } from 'node:stream'
import { desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import { checkKey } from '../../../blobs/keys'
import { type Ctx, visibilityOf } from '../../../core/context'
import { decodeCursor, type Page, toPage } from '../../../core/paging'
import { inMutation, query } from '../../../core/verb'
import { noteArchiveHandout, recipientOf } from '../handouts'
import { archiveDeleted, archiveNotFound, archiveUnreadable } from './errors'
import { ArchiveNumber, ArchivePageInput, type ArchiveView } from './schemas'
import { type ArchiveRow, eslipArchives } from './tables'

/** A file has slips of all merchants: who may not see them all sees no file. */
export const seesFiles = (ctx: Pick<Ctx, 'actor'>) => visibilityOf(ctx.actor).kind === 'all'

/** The archives, the newest number first, with what is in them. */
export const listArchiveFiles = query(
  { permission: 'eslips:read', input: ArchivePageInput },
  async (ctx, { cursor, limit }): Promise<Page<ArchiveView>> => {
    if (!seesFiles(ctx)) return { items: [], nextCursor: null }
    const [below] = cursor === undefined ? [] : decodeCursor(cursor, z.tuple([z.int32()]))
    const rows = await ctx.db
      .select(listed)
      .from(eslipArchives)
      .where(below === undefined ? undefined : lt(eslipArchives.number, below))
      .orderBy(desc(eslipArchives.number))
      .limit(limit + 1)
    return toPage(rows, limit, ({ number }) => [number], toView)
  },
)

const { manifest: _, merchantIds: __, ...columns } = getTableColumns(eslipArchives)
const listed = {
  ...columns,
  isHeld: sql<boolean>`psm_is_eslip_archive_held(${eslipArchives.day}, ${eslipArchives.merchantIds})`,
}

/** What is in one of them. `eslip_archive_not_found`, also for who may not see all slips. */
export const getArchiveFile = query(
  { permission: 'eslips:read', input: ArchiveNumber },
  async (ctx, { number }): Promise<ArchiveView> => {
    const [row] = seesFiles(ctx)
      ? await ctx.db.select(listed).from(eslipArchives).where(eq(eslipArchives.number, number))
      : []
    if (row === undefined) throw archiveNotFound()
    return toView(row)
  },
)

type ListedRow = Omit<ArchiveRow, 'manifest' | 'merchantIds'> & { isHeld: boolean }

function toView(row: ListedRow): ArchiveView {
  const { minFiledAt, maxFiledAt, writtenAt, deletedAt, isHeld } = row
  return {
    number: row.number,
    day: row.day,
    rows: row.rows,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256,
    minSeq: row.minSeq,
    maxSeq: row.maxSeq,
    minFiledAt: minFiledAt.toISOString(),
    maxFiledAt: maxFiledAt.toISOString(),
    totals: row.totals,
    writtenAt: writtenAt.toISOString(),
    previousHash: row.previousHash,
    hash: row.hash,
    isHeld: isHeld && deletedAt === null,
    deletedAt: deletedAt?.toISOString() ?? null,
  }
}

/**
 * The file of an archive: Parquet, for any tool that reads it. Who opens it, or a part of it, is named by the audit log and
 * by each of its slips. `eslip_archive_not_found`, `eslip_archive_deleted`, `eslip_archive_unreadable`.
 */
export const findArchiveFile = query(
  { permission: 'eslips:read', input: ArchiveNumber },
  async (
    ctx,
    { number },
  ): Promise<{
    name: string
    sizeBytes: number
    sha256: string
    open(range?: { start: number; endInclusive: number }): Promise<Readable>
  }> => {
    const [row] = seesFiles(ctx)
      ? await ctx.db.select().from(eslipArchives).where(eq(eslipArchives.number, number))
      : []
    if (row === undefined) throw archiveNotFound()
    if (row.deletedAt !== null) throw archiveDeleted({ values: { number } })
    const { day, rows, sha256, sizeBytes } = row
    const key = checkKey(row.blobKey)
    const found = await ctx.blobs.head(key)
    if (found?.sizeBytes !== sizeBytes) throw archiveUnreadable({ values: { number } })
    const name = `slips-${day}.parquet`
    return {
      name,
      sizeBytes,
      sha256,
      async open(range) {
        const part = range && { part: `${range.start}-${range.endInclusive}` }
        await inMutation(ctx, async (scope) => {
          const by = recipientOf(ctx.actor)
          if (by !== undefined) await noteArchiveHandout(scope, by, row)
          scope.audit({
            action: 'eslip_archive.downloaded',
            subject: { kind: 'eslip_archive', id: String(number), label: `${number} (${day})` },
            after: { fileName: name, slips: rows, sha256, ...part },
          })
        })
        return (await ctx.blobs.open(key, range)).stream
      },
    }
  },
)
