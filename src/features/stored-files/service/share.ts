import { and, eq, inArray, sql } from 'drizzle-orm'
import { type BlobKey, checkKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { fileBeingStored } from '../errors'
import { storedFiles } from '../tables'
import { endBlobs, type StoredFile } from './store'

/** The view counts whatever keeps files: a table that comes to it is needed here, in the sweep and by terminals at once. */
export const isUnused = sql`not exists (select from stored_file_uses u where u.blob_key = ${storedFiles.blobKey})`

/**
 * Content that is kept already, or comes twice, is kept once: the file takes that blob, and its own goes. In the
 * transaction of the caller, who holds `lockStoredFiles` and writes the rows that need the files.
 */
export async function shareFiles<File extends StoredFile>(
  scope: Pick<Ctx, 'db' | 'clock'>,
  files: readonly File[],
): Promise<File[]> {
  const own = [...new Set(files.map((file) => file.blobKey))]
  const kept = await scope.db
    .select({ key: storedFiles.blobKey })
    .from(storedFiles)
    .where(and(inArray(storedFiles.blobKey, own), eq(storedFiles.state, 'kept')))
    .for('update')
  // Another call has used up what this one had stored, or the sweep came first: asked again, it is stored anew.
  if (kept.length < own.length) throw fileBeingStored({ retryAfterSeconds: 1 })
  const byHash = await blobsOf(
    scope,
    files.map((file) => file.sha256),
  )
  for (const { sha256, blobKey } of files) if (!byHash.has(sha256)) byHash.set(sha256, blobKey)
  const shared = files.map((file) => ({ ...file, blobKey: byHash.get(file.sha256) ?? file.blobKey }))
  const used = new Set<string>(shared.map((file) => file.blobKey))
  await endBlobs(
    scope,
    own.filter((key) => !used.has(key)),
  )
  return shared
}

async function blobsOf({ db }: Pick<Ctx, 'db'>, hashes: readonly string[]): Promise<Map<string, BlobKey>> {
  const among = sql.join(
    hashes.map((sha256) => sql`${sha256}`),
    sql`, `,
  )
  const rows = await db.execute<{ sha256: string; key: string }>(
    sql`select distinct on (sha256) sha256, blob_key as key from stored_file_uses where sha256 in (${among})`,
  )
  return new Map(rows.map(({ sha256, key }) => [sha256, checkKey(key)]))
}

/**
 * The caller's rows have let go of these blobs: those that nothing else needs go with the next sweep. In the caller's
 * transaction, under `lockStoredFiles`, after the rows are deleted.
 */
export async function releaseFiles(
  { db, clock }: Pick<Ctx, 'db' | 'clock'>,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return
  await db
    .update(storedFiles)
    .set({ state: 'ended', stateAt: clock.now() })
    .where(and(inArray(storedFiles.blobKey, [...keys]), isUnused))
}
