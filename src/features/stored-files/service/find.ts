import { sql } from 'drizzle-orm'
import { type BlobKey, checkKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'

/** Where the bytes of a file with this SHA-256 lie; undefined where nothing that is kept has it any more. */
export async function findStoredFile(db: Ctx['db'], sha256: string): Promise<BlobKey | undefined> {
  const [file] = await db.execute<{ key: string }>(
    sql`select blob_key as key from stored_file_uses where sha256 = ${sha256} limit 1`,
  )
  return file === undefined ? undefined : checkKey(file.key)
}
