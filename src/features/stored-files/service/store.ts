import { and, eq, gt, inArray, sql } from 'drizzle-orm'
import { type BlobKey, checkKey, randomKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { isFailure } from '../../../core/errors'
import { inTransaction } from '../../../core/verb'
import type { OpenedUpload } from '../../uploads'
import { fileBeingStored } from '../errors'
import { storedFiles } from '../tables'

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

type Begun = { stored: StoredFile } | { blobKey: BlobKey }

/** Names the blob before it is stored, so that it is never lost; or finds what a call before has stored. */
const begin = (ctx: Ctx, { contentId, sizeBytes }: OpenedUpload): Promise<Begun> =>
  inTransaction(ctx, async (scope) => {
    const now = scope.clock.now()
    await scope.db.execute(sql`select pg_advisory_xact_lock(${CONTENT_LOCK}, hashtext(${contentId}))`)
    const ofContent = eq(storedFiles.contentId, contentId)
    // Its time begins anew: the sweep leaves it to this call.
    const [kept] = await scope.db
      .update(storedFiles)
      .set({ stateAt: now })
      .where(and(ofContent, eq(storedFiles.state, 'kept')))
      .returning()
    if (kept?.sha256 != null)
      return { stored: { blobKey: checkKey(kept.blobKey), sha256: kept.sha256, sizeBytes: kept.sizeBytes } }
    const [coming] = await scope.db
      .select()
      .from(storedFiles)
      .where(
        and(
          ofContent,
          eq(storedFiles.state, 'coming'),
          gt(storedFiles.stateAt, new Date(now.getTime() - SILENT_AFTER_MS)),
        ),
      )
    if (coming !== undefined) {
      const { storedBytes } = coming
      throw fileBeingStored({ retryAfterSeconds: BEAT_MS / 1000, values: { storedBytes, sizeBytes } })
    }
    const blobKey = randomKey('files')
    await scope.db
      .insert(storedFiles)
      .values({ contentId, sizeBytes, blobKey, state: 'coming', stateAt: now })
    return { blobKey }
  })

/**
 * Copies a complete upload into a blob of its own, and hashes it on its way; whether the caller may is decided by the verb
 * that does so. It takes as long as the bytes take; a call
 * that was cut off (by a proxy, by a browser that was closed) is simply repeated: while the first still works it is told
 * how far that is (`file_being_stored`), and afterwards it goes on with what is stored.
 *
 * The blob's row is written before its bytes and is dropped after them: `coming` → `kept` → `ended`, as with the parts
 * of uploads. Its key is a random one: what is not named by its content can be deleted while the same content comes anew.
 */
export async function storeFile(ctx: Ctx, upload: OpenedUpload): Promise<StoredFile> {
  const { sizeBytes } = upload
  const begun = await begin(ctx, upload)
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
      .update(storedFiles)
      .set({ state: 'kept', sha256, storedBytes: sizeBytes, stateAt: ctx.clock.now() })
      .where(and(eq(storedFiles.blobKey, blobKey), eq(storedFiles.state, 'coming')))
      .returning({ key: storedFiles.blobKey })
    // It was slower than anything may be, and the sweep took it.
    if (kept.length === 0) throw fileBeingStored({ retryAfterSeconds: BEAT_MS / 1000 })
    return { blobKey, sha256, sizeBytes }
  } catch (error) {
    // A store that failed may yet keep the bytes it was given: the sweep comes later and makes sure.
    if (!isFailure(error) || error.kind !== 'unavailable') await endBlobs(ctx, [blobKey])
    throw error
  } finally {
    clearInterval(beat)
  }
}

/** Leaves blobs to the sweep, in the caller's transaction: nothing needs them any more. */
export async function endBlobs(
  { db, clock }: Pick<Ctx, 'db' | 'clock'>,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return
  await db
    .update(storedFiles)
    .set({ state: 'ended', stateAt: clock.now() })
    .where(inArray(storedFiles.blobKey, [...keys]))
}

async function* counted(source: AsyncGenerator<Uint8Array, void>, counter: { bytes: number }) {
  for await (const chunk of source) {
    counter.bytes += chunk.byteLength
    yield chunk
  }
}

function tellProgress(ctx: Ctx, blobKey: BlobKey, storedBytes: number): void {
  ctx.db
    .update(storedFiles)
    .set({ storedBytes, stateAt: ctx.clock.now() })
    .where(and(eq(storedFiles.blobKey, blobKey), eq(storedFiles.state, 'coming')))
    .catch((error: unknown) => ctx.log.warn('stored_file_progress_not_told', { error: error as Error }))
}
