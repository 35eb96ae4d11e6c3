import { sql } from 'drizzle-orm'
import type { Database } from '../../../db/client'

const STORED_FILES_LOCK = 7733016

/**
 * One at a time, to the end of the transaction, decides which blobs are needed: whoever takes up content that is there
 * already, and whoever lets go of that content. These transactions are short; bytes move outside of them.
 */
export async function lockStoredFiles(db: Database): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${STORED_FILES_LOCK})`)
}
