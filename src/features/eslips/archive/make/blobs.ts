import type { BlobKey } from '../../../../blobs/keys'
import { checkKey, randomKey } from '../../../../blobs/keys'
import type { Ctx } from '../../../../core/context'

const ROOM = 'eslips'
/** After it no attempt is under way any more that could still store under a key that was swept. */
const ATTEMPT_HOURS = 24
const BATCH = 100

/** A key for a blob of a day, written down before the blob is stored: what a killed attempt leaves is found by it. */
export async function noteBlob({ sql, clock }: Ctx, day: string, fence: number): Promise<BlobKey> {
  const key = randomKey(ROOM)
  await sql`
    insert into eslip_archive_blobs (blob_key, day, fence, noted_at)
    values (${key}, ${day}::text::date, ${fence}, ${clock.now()})`
  return key
}

/**
 * Deletes what earlier attempts have stored and no archive owns. Only the holder of the lease may: what has a lower fence
 * than its own is given up. A server that has lost the lease may still be storing, so a row stays for a day.
 */
export async function sweepAttempts({ sql, blobs, clock }: Ctx, fence: number): Promise<number> {
  let swept = 0
  let last = ''
  for (;;) {
    const rows = await sql<{ key: string }[]>`
      select blob_key as key from eslip_archive_blobs
      where fence < ${fence} and blob_key > ${last} order by blob_key limit ${BATCH}`
    for (const { key } of rows) await blobs.delete(checkKey(key))
    swept += rows.length
    last = rows.at(-1)?.key ?? last
    if (rows.length < BATCH) break
  }
  await sql`
    delete from eslip_archive_blobs where fence < ${fence}
      and noted_at < ${clock.now()}::timestamptz - make_interval(hours => ${ATTEMPT_HOURS})`
  return swept
}

/** Deletes a blob that turned out bad, now. */
export async function discardBlob({ sql, blobs }: Ctx, key: BlobKey): Promise<void> {
  await blobs.delete(key)
  await sql`delete from eslip_archive_blobs where blob_key = ${key}`
}
