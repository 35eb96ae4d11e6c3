import { and, eq, lt, or, sql } from 'drizzle-orm'
import { checkKey } from '../../../../blobs/keys'
import type { Ctx } from '../../../../core/context'
import { inTransaction } from '../../../../core/verb'
import { packageBlobs } from '../tables'
import { lockPackages } from './lock'

/** Longer than the longest copy takes. */
const LOST_AFTER_MS = 3 * 3_600_000
const BATCH = 100

/**
 * Removes every blob that no package needs: of deleted packages, of content that was there already, of calls that never
 * made a package of what they had stored, and what servers left behind that died in the middle of a copy.
 */
export async function sweepPackageBlobs(ctx: Ctx, signal: AbortSignal): Promise<{ removed: number }> {
  await endUnused(ctx)
  const lostBefore = new Date(ctx.clock.now().getTime() - LOST_AFTER_MS)
  const isUnneeded = or(
    eq(packageBlobs.state, 'ended'),
    and(eq(packageBlobs.state, 'coming'), lt(packageBlobs.stateAt, lostBefore)),
  )
  let removed = 0
  for (let found = BATCH; found === BATCH && !signal.aborted; removed += found)
    found = await removeBatch(ctx, isUnneeded)
  return { removed }
}

/** After so long the upload it was copied from has expired: nobody can come back for it. */
async function endUnused(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - ctx.settings.uploads.expiresHours * 3_600_000)
  await inTransaction(ctx, async ({ db, clock }) => {
    await lockPackages(db)
    await db
      .update(packageBlobs)
      .set({ state: 'ended', stateAt: clock.now() })
      .where(
        and(
          eq(packageBlobs.state, 'kept'),
          lt(packageBlobs.stateAt, before),
          sql`not exists (select from package_files f where f.blob_key = ${packageBlobs.blobKey})`,
        ),
      )
  })
}

/** The blob first, then its row: what cannot be removed now stays listed. */
async function removeBatch(ctx: Ctx, which: ReturnType<typeof or>): Promise<number> {
  const rows = await ctx.db
    .select({ key: packageBlobs.blobKey, state: packageBlobs.state })
    .from(packageBlobs)
    .where(which)
    .limit(BATCH)
  for (const { key, state } of rows) {
    await ctx.blobs.delete(checkKey(key))
    await ctx.db.delete(packageBlobs).where(and(eq(packageBlobs.blobKey, key), eq(packageBlobs.state, state)))
  }
  return rows.length
}
