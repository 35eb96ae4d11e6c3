import { and, eq, gt, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type BlobKey, checkKey, randomKey } from '../../../../blobs/keys'
import type { Ctx } from '../../../../core/context'
import { isFailure } from '../../../../core/errors'
import { mutation } from '../../../../core/verb'
import type { OpenedUpload } from '../../../uploads'
import { packageBeingStored } from '../errors'
import { packageBlobs } from '../tables'

/** 8 GiB at 10 Mbit/s, from one store to the other, fit. */
const STORE_DEADLINE_MS = 2 * 3_600_000
const BEAT_MS = 5_000
/** A server that has not told of its copy for so long is dead or cut off: another call begins anew. */
const SILENT_AFTER_MS = 60_000
/** Bytes of a remote store come in bursts. */
const IDLE_MS = 120_000

const CONTENT_LOCK = 7733015

export interface StoredFile {
  blobKey: BlobKey
  sha256: string
  sizeBytes: number
}

const Content = z.object({ contentId: z.string(), sizeBytes: z.number().int() })
type Begun = { stored: StoredFile } | { blobKey: BlobKey }

/** Names the blob before it is stored, so that it is never lost; or finds what a call before has stored. */
const begin = mutation(
  { permission: 'packages:write', input: Content },
  async (scope, input): Promise<Begun> => {
    scope.changedNothingShared()
    const now = scope.clock.now()
    await scope.db.execute(sql`select pg_advisory_xact_lock(${CONTENT_LOCK}, hashtext(${input.contentId}))`)
    const ofContent = eq(packageBlobs.contentId, input.contentId)
    // Its time begins anew: the sweep leaves it to this call.
    const [kept] = await scope.db
      .update(packageBlobs)
      .set({ stateAt: now })
      .where(and(ofContent, eq(packageBlobs.state, 'kept')))
      .returning()
    if (kept?.sha256 != null)
      return { stored: { blobKey: checkKey(kept.blobKey), sha256: kept.sha256, sizeBytes: kept.sizeBytes } }
    const [coming] = await scope.db
      .select()
      .from(packageBlobs)
      .where(
        and(
          ofContent,
          eq(packageBlobs.state, 'coming'),
          gt(packageBlobs.stateAt, new Date(now.getTime() - SILENT_AFTER_MS)),
        ),
      )
    if (coming !== undefined) {
      const { storedBytes, sizeBytes } = coming
      throw packageBeingStored({ retryAfterSeconds: BEAT_MS / 1000, values: { storedBytes, sizeBytes } })
    }
    const blobKey = randomKey('packages')
    await scope.db.insert(packageBlobs).values({ ...input, blobKey, state: 'coming', stateAt: now })
    return { blobKey }
  },
)

/**
 * Copies a complete upload into a blob of its own, and hashes it on its way. It takes as long as the bytes take; a call
 * that was cut off (by a proxy, by a browser that was closed) is simply repeated: while the first still works it is told
 * how far that is (`package_being_stored`), and afterwards it goes on with what is stored.
 *
 * The blob's row is written before its bytes and is dropped after them: `coming` → `kept` → `ended`, as with the parts
 * of uploads. Its key is a random one: what is not named by its content can be deleted while the same content comes anew.
 */
export async function storeFile(ctx: Ctx, upload: OpenedUpload): Promise<StoredFile> {
  const { contentId, sizeBytes } = upload
  const begun = await begin(ctx, { contentId, sizeBytes })
  if ('stored' in begun) return begun.stored
  const { blobKey } = begun
  const counter = { bytes: 0 }
  const beat = setInterval(() => tellProgress(ctx, blobKey, counter.bytes), BEAT_MS)
  try {
    const { sha256 } = await ctx.blobs.put(blobKey, counted(upload.stream(), counter), {
      maxBytes: sizeBytes,
      idleMs: IDLE_MS,
      signal: AbortSignal.timeout(STORE_DEADLINE_MS),
    })
    const kept = await ctx.db
      .update(packageBlobs)
      .set({ state: 'kept', sha256, storedBytes: sizeBytes, stateAt: ctx.clock.now() })
      .where(and(eq(packageBlobs.blobKey, blobKey), eq(packageBlobs.state, 'coming')))
      .returning({ key: packageBlobs.blobKey })
    // It was slower than anything may be, and the sweep took it.
    if (kept.length === 0) throw packageBeingStored({ retryAfterSeconds: BEAT_MS / 1000 })
    return { blobKey, sha256, sizeBytes }
  } catch (error) {
    // A store that failed may yet keep the bytes it was given: the sweep comes later and makes sure.
    if (!isFailure(error) || error.kind !== 'unavailable') await endBlobs(ctx, [blobKey])
    throw error
  } finally {
    clearInterval(beat)
  }
}

/** Leaves blobs to the sweep, in the caller's transaction: nobody needs them any more. */
export async function endBlobs(
  { db, clock }: Pick<Ctx, 'db' | 'clock'>,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return
  await db
    .update(packageBlobs)
    .set({ state: 'ended', stateAt: clock.now() })
    .where(inArray(packageBlobs.blobKey, [...keys]))
}

async function* counted(source: AsyncGenerator<Uint8Array, void>, counter: { bytes: number }) {
  for await (const chunk of source) {
    counter.bytes += chunk.byteLength
    yield chunk
  }
}

function tellProgress(ctx: Ctx, blobKey: BlobKey, storedBytes: number): void {
  ctx.db
    .update(packageBlobs)
    .set({ storedBytes, stateAt: ctx.clock.now() })
    .where(and(eq(packageBlobs.blobKey, blobKey), eq(packageBlobs.state, 'coming')))
    .catch((error: unknown) => ctx.log.warn('package_progress_not_told', { error: error as Error }))
}
