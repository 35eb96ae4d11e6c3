import { sql } from 'drizzle-orm'
import type { Database } from '../../../../db/client'

const PACKAGES_LOCK = 7733016

/**
 * One at a time, to the end of the transaction, decides which blobs packages need: whoever makes a package of content
 * that is there already, and whoever lets go of that content. These transactions are short; bytes move outside of them.
 */
export async function lockPackages(db: Database): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${PACKAGES_LOCK})`)
}
