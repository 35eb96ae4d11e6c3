import { and, eq, lt, or } from 'drizzle-orm'
import { checkKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { inTransaction } from '../../../core/verb'
import { storedFiles } from '../tables'
import { lockStoredFiles } from './lock'
import { isUnused } from './share'

/** Longer than the longest copy takes. */
const LOST_AFTER_MS = 3 * 3_600_000
const BATCH = 100

/**
 * Removes every blob that nothing needs: of deleted packages and applications, of content that was there already, of
 * calls that never made anything of what they had stored, and what servers left behind that died in the middle of a copy.
 */
export async function sweepStoredFiles(ctx: Ctx, signal: AbortSignal): Promise<{ removed: number }> {
  await endUnused(ctx)
  const lostBefore = new Date(ctx.clock.now().getTime() - LOST_AFTER_MS)
  const isUnneeded = or(
    eq(storedFiles.state, 'ended'),
    and(eq(storedFiles.state, 'coming'), lt(storedFiles.stateAt, lostBefore)),
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
    await lockStoredFiles(db)
    await db
      .update(storedFiles)
      .set({ state: 'ended', stateAt: clock.now() })
      .where(and(eq(storedFiles.state, 'kept'), lt(storedFiles.stateAt, before), isUnused))
  })
}

/** The blob first, then its row: what cannot be removed now stays listed. */
async function removeBatch(ctx: Ctx, which: ReturnType<typeof or>): Promise<number> {
  const rows = await ctx.db
    .select({ key: storedFiles.blobKey, state: storedFiles.state })
    .from(storedFiles)
    .where(which)
    .limit(BATCH)
  for (const { key, state } of rows) {
    await ctx.blobs.delete(checkKey(key))
    await ctx.db.delete(storedFiles).where(and(eq(storedFiles.blobKey, key), eq(storedFiles.state, state)))
  }
  return rows.length
}
