import { asc, desc, gt, lte } from 'drizzle-orm'
import type { BlobStore } from '../../../blobs/blob-store'
import { hashOfBlob } from '../../../blobs/hash'
import { type BlobKey, checkKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { isFailure } from '../../../core/errors'
import { query } from '../../../core/verb'
import { archivesOutsideLimits } from './errors'
import { seesFiles } from './files'
import type { ChainProblem } from './lists'
import { hashOf, type Manifest, NO_HASH } from './manifest'
import { type Verification, VerifyInput } from './schemas'
import { type ArchiveRow, eslipArchives } from './tables'

/** So much is read by one call, or one file where that is larger. */
const MOST_BYTES = 512 * 1024 ** 2

/**
 * Walks the chain from a number on: every manifest must name the one before, hash to what is written, and agree with the
 * database and with its copy in the store; every file must have the hash its manifest names. Of deleted archives the
 * manifests are looked at. It says what is wrong and changes nothing.
 * `eslip_archives_outside_limits`.
 */
export const verifyArchives = query(
  { permission: 'eslips:read', input: VerifyInput },
  async (ctx, { after, limit }): Promise<Verification> => {
    if (!seesFiles(ctx)) throw archivesOutsideLimits()
    const told: Verification = { checked: 0, sizeBytes: 0, problems: [], nextAfter: null, head: null }
    const rows = await ctx.db
      .select()
      .from(eslipArchives)
      .where(gt(eslipArchives.number, after))
      .orderBy(asc(eslipArchives.number))
      .limit(limit + 1)
    let previous = await linkBefore(ctx, after)
    for (const row of rows) {
      if (told.checked === limit || (told.checked > 0 && told.sizeBytes + row.sizeBytes > MOST_BYTES)) {
        told.nextAfter = previous.number
        break
      }
      const found = [...wrongWithRow(row, previous), ...(await wrongWithFiles(ctx, row))]
      told.problems.push(...found.map((problem) => ({ number: row.number, day: row.day, problem })))
      told.checked++
      if (row.deletedAt === null) told.sizeBytes += row.sizeBytes
      previous = row
    }
    return { ...told, head: await headOf(ctx) }
  },
)

type Link = Pick<ArchiveRow, 'number' | 'hash'>

/** The one that the first of a page must follow. */
async function linkBefore({ db }: Ctx, after: number): Promise<Link> {
  const [row] = await db
    .select({ number: eslipArchives.number, hash: eslipArchives.hash })
    .from(eslipArchives)
    .where(lte(eslipArchives.number, after))
    .orderBy(desc(eslipArchives.number))
    .limit(1)
  return row ?? { number: 0, hash: NO_HASH }
}

async function headOf({ db }: Ctx): Promise<Link | null> {
  const [row] = await db
    .select({ number: eslipArchives.number, hash: eslipArchives.hash })
    .from(eslipArchives)
    .orderBy(desc(eslipArchives.number))
    .limit(1)
  return row ?? null
}

function wrongWithRow(row: ArchiveRow, previous: Link): ChainProblem[] {
  const found: ChainProblem[] = []
  if (row.number !== previous.number + 1) found.push('number_missing')
  else if (row.previousHash !== previous.hash) found.push('chain_broken')
  if (hashOf(row.manifest) !== row.hash) found.push('manifest_changed')
  else if (!agrees(row, JSON.parse(row.manifest) as Manifest)) found.push('columns_changed')
  return found
}

function agrees(row: ArchiveRow, manifest: Manifest): boolean {
  const told: Manifest = {
    number: row.number,
    day: row.day,
    blobKey: row.blobKey,
    rows: row.rows,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256,
    rowsDigest: manifest.rowsDigest,
    minSeq: row.minSeq,
    maxSeq: row.maxSeq,
    minFiledAt: row.minFiledAt.toISOString(),
    maxFiledAt: row.maxFiledAt.toISOString(),
    schemaVersion: row.schemaVersion,
    totals: manifest.totals,
    merchantIds: row.merchantIds,
    writtenAt: row.writtenAt.toISOString(),
    previousHash: row.previousHash,
  }
  const sums = (totals: Manifest['totals']) =>
    totals.map((one) => [one.currency, one.type, one.result, one.count, one.amount].join(' ')).join()
  return JSON.stringify(told) === JSON.stringify(manifest) && sums(row.totals) === sums(manifest.totals)
}

async function wrongWithFiles({ blobs }: Ctx, row: ArchiveRow): Promise<ChainProblem[]> {
  const found: ChainProblem[] = []
  const beside = await hashIfThere(blobs, checkKey(row.manifestKey))
  if (beside?.sha256 !== row.hash) found.push('manifest_file_changed')
  if (row.deletedAt !== null) return found
  const file = await hashIfThere(blobs, checkKey(row.blobKey))
  if (file === undefined) found.push('file_missing')
  else if (file.sha256 !== row.sha256) found.push('file_changed')
  return found
}

async function hashIfThere(blobs: BlobStore, key: BlobKey) {
  try {
    return await hashOfBlob(blobs, key)
  } catch (error) {
    if (isFailure(error) && error.code === 'blob_not_found') return undefined
    throw error
  }
}
