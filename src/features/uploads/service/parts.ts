import { and, eq, gt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { ByteSource } from '../../../blobs/blob-store'
import { type BlobKey, checkKey, randomKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { isFailure } from '../../../core/errors'
import { mutation } from '../../../core/verb'
import { partCountOf, partSizeOf } from '../decide'
import { partOutOfRange, partTooSlow, partWrongSize, tooManyParts } from '../errors'
import { uploadParts, uploads } from '../tables'
import { expiryOf, lockOwn } from './own'
import { removeEnded } from './sweep'

/** 4 MiB at 10 kbit/s fit. */
const PART_DEADLINE_MS = 3_600_000
const MOST_AT_ONCE = 16
/** Parts of a killed server look as if they were still coming; they do not count against the others for longer. */
const AT_ONCE_WINDOW_MS = 600_000

const PartRef = z.object({
  uploadId: z.uuid(),
  index: z.number().int(),
  /** By its Content-Length, where it has one. */
  declaredBytes: z.number().optional(),
})

/** Names the blob before it is stored, so that it is never lost. */
const beginPart = mutation({ permission: 'uploads:write', input: PartRef }, async (scope, input) => {
  scope.changedNothingShared()
  const upload = await lockOwn(scope, input.uploadId)
  const sizeBytes = partSizeOf(upload, input.index)
  if (sizeBytes === undefined) throw partOutOfRange({ values: { partCount: partCountOf(upload) } })
  if (input.declaredBytes !== undefined && input.declaredBytes !== sizeBytes)
    throw partWrongSize({ values: { expectedBytes: sizeBytes } })
  const now = scope.clock.now()
  const [coming] = await scope.db
    .select({ count: sql<number>`count(*)::int` })
    .from(uploadParts)
    .where(
      and(
        eq(uploadParts.uploadId, upload.id),
        eq(uploadParts.state, 'coming'),
        gt(uploadParts.stateAt, new Date(now.getTime() - AT_ONCE_WINDOW_MS)),
      ),
    )
  if ((coming?.count ?? 0) >= MOST_AT_ONCE)
    throw tooManyParts({ retryAfterSeconds: 5, values: { most: MOST_AT_ONCE } })
  const blobKey = randomKey('upload-parts')
  await scope.db.insert(uploadParts).values({
    blobKey,
    uploadId: upload.id,
    partIndex: input.index,
    state: 'coming',
    sizeBytes,
    stateAt: now,
  })
  return { blobKey, sizeBytes }
})

const StoredPart = z.object({
  uploadId: z.uuid(),
  index: z.number().int(),
  blobKey: z.string(),
  sha256: z.string(),
})

/** The part is whole: it takes the place of an earlier one of its number. */
const keepPart = mutation({ permission: 'uploads:write', input: StoredPart }, async (scope, input) => {
  scope.changedNothingShared()
  const upload = await lockOwn(scope, input.uploadId)
  const stateAt = scope.clock.now()
  await scope.db
    .update(uploadParts)
    .set({ state: 'ended', stateAt })
    .where(
      and(
        eq(uploadParts.uploadId, upload.id),
        eq(uploadParts.partIndex, input.index),
        eq(uploadParts.state, 'kept'),
      ),
    )
  const [kept] = await scope.db
    .update(uploadParts)
    .set({ state: 'kept', sha256: input.sha256, stateAt })
    .where(and(eq(uploadParts.blobKey, input.blobKey), eq(uploadParts.state, 'coming')))
    .returning({ key: uploadParts.blobKey })
  // The sweep took it for a leftover of a dead server.
  if (kept === undefined) throw partTooSlow()
  await scope.db
    .update(uploads)
    .set({ expiresAt: expiryOf(scope) })
    .where(eq(uploads.id, upload.id))
})

/**
 * Takes one part in, streamed to the blob store. It must have exactly the length its number says, else nothing of it
 * is kept (`part_wrong_size`). Parts come in any order and at the same time; of one number the last whole one counts.
 *
 * The blob's row is written before its bytes and is dropped after them: `coming` → `kept` → `ended`. A server that
 * dies in between leaves a row, never a blob that nobody knows.
 */
export async function receivePart(
  ctx: Ctx,
  part: { uploadId: string; index: number; declaredBytes?: number; sha256?: string },
  source: ByteSource,
): Promise<{ index: number; sizeBytes: number; sha256: string }> {
  const { uploadId, index, declaredBytes } = part
  const { blobKey, sizeBytes } = await beginPart(ctx, {
    uploadId,
    index,
    ...(declaredBytes === undefined ? {} : { declaredBytes }),
  })
  try {
    const stored = await ctx.blobs.put(blobKey, source, {
      maxBytes: sizeBytes,
      signal: AbortSignal.timeout(PART_DEADLINE_MS),
      ...(part.sha256 === undefined ? {} : { sha256: part.sha256 }),
    })
    if (stored.sizeBytes !== sizeBytes) throw partWrongSize({ values: { expectedBytes: sizeBytes } })
    await keepPart(ctx, { uploadId, index, blobKey, sha256: stored.sha256 })
    await removeEnded(ctx, uploadId)
    return { index, sizeBytes, sha256: stored.sha256 }
  } catch (error) {
    await dropPart(ctx, blobKey, uploadId, error)
    throw refusalOf(error, sizeBytes)
  }
}

async function dropPart(ctx: Ctx, blobKey: BlobKey, uploadId: string, why: unknown): Promise<void> {
  // A store that failed may yet keep the bytes it was given: the sweep comes later and makes sure.
  if (isFailure(why) && why.kind === 'unavailable') return
  await ctx.db
    .update(uploadParts)
    .set({ state: 'ended', stateAt: ctx.clock.now() })
    .where(and(eq(uploadParts.blobKey, checkKey(blobKey)), eq(uploadParts.state, 'coming')))
  await removeEnded(ctx, uploadId)
}

function refusalOf(error: unknown, expectedBytes: number): unknown {
  if (isFailure(error) && error.code === 'blob_too_large') return partWrongSize({ values: { expectedBytes } })
  if ((error as { name?: unknown }).name === 'TimeoutError') return partTooSlow(undefined, { cause: error })
  return error
}
