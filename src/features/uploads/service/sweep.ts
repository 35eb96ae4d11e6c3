import { and, eq, inArray, lt, or } from 'drizzle-orm'
import { checkKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { inTransaction } from '../../../core/verb'
import { uploadParts, uploads } from '../tables'

/** Longer than the longest part takes to come. */
const LOST_AFTER_MS = 2 * 3_600_000
const BATCH = 200
const AT_ONCE = 8

/** Removes what an upload has given up. What cannot be removed now stays listed for the sweep. */
export async function removeEnded(ctx: Ctx, uploadId: string): Promise<void> {
  try {
    await removeBatch(ctx, and(eq(uploadParts.uploadId, uploadId), eq(uploadParts.state, 'ended')))
  } catch (error) {
    ctx.log.warn('upload_parts_not_removed', { uploadId, error: error as Error })
  }
}

/**
 * Ends uploads that have expired, and removes every blob of a part that nobody needs: of ended uploads, of parts that
 * were sent again, and what servers left behind that died in the middle of a part.
 */
export async function sweepUploads(
  ctx: Ctx,
  signal: AbortSignal,
): Promise<{ expired: number; removed: number }> {
  let expired = 0
  for (let found = BATCH; found === BATCH && !signal.aborted; expired += found) found = await expire(ctx)
  const lostBefore = new Date(ctx.clock.now().getTime() - LOST_AFTER_MS)
  const isUnneeded = or(
    eq(uploadParts.state, 'ended'),
    and(eq(uploadParts.state, 'coming'), lt(uploadParts.stateAt, lostBefore)),
  )
  let removed = 0
  for (let found = BATCH; found === BATCH && !signal.aborted; removed += found)
    found = await removeBatch(ctx, isUnneeded)
  return { expired, removed }
}

async function expire(ctx: Ctx): Promise<number> {
  return inTransaction(ctx, async ({ db, clock }) => {
    const rows = await db
      .select({ id: uploads.id })
      .from(uploads)
      .where(lt(uploads.expiresAt, clock.now()))
      .limit(BATCH)
      .for('update', { skipLocked: true })
    const ids = rows.map((row) => row.id)
    if (ids.length > 0) {
      await db.delete(uploads).where(inArray(uploads.id, ids))
      await endParts({ db, clock }, ids)
    }
    return ids.length
  })
}

/** Parts that are still coming find their upload gone and end themselves. */
export async function endParts(
  { db, clock }: Pick<Ctx, 'db' | 'clock'>,
  uploadIds: readonly string[],
): Promise<void> {
  await db
    .update(uploadParts)
    .set({ state: 'ended', stateAt: clock.now() })
    .where(and(inArray(uploadParts.uploadId, [...uploadIds]), eq(uploadParts.state, 'kept')))
}

/** The blob first, then its row. Blobs whose removal fails keep their rows, and the first failure is thrown. */
async function removeBatch(ctx: Ctx, which: ReturnType<typeof and>): Promise<number> {
  const rows = await ctx.db
    .select({ key: uploadParts.blobKey, state: uploadParts.state })
    .from(uploadParts)
    .where(which)
    .limit(BATCH)
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE)
    await Promise.all(some.map(({ key }) => ctx.blobs.delete(checkKey(key))))
    await ctx.db
      .delete(uploadParts)
      .where(
        or(...some.map(({ key, state }) => and(eq(uploadParts.blobKey, key), eq(uploadParts.state, state)))),
      )
  }
  return rows.length
}
