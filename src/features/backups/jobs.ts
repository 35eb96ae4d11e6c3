import { checkKey } from '../../blobs/keys'
import type { Ctx } from '../../core/context'
import type { Job } from '../../jobs/schedule'
import { mayDelete } from './hold'

const BATCH = 100

export const backupJobs: readonly Job[] = [
  {
    name: 'delete-spared-files',
    schedule: '35 */5 * * * *',
    runsAtStart: true,
    run: (ctx, { signal }) => deleteSpared(ctx, signal),
  },
]

/** Deletes what was to be deleted while backups were made. The blob first, then its row: what cannot go now stays listed. */
async function deleteSpared({ sql, blobs }: Ctx, signal: AbortSignal): Promise<{ removed: number }> {
  let removed = 0
  while (!signal.aborted && (await mayDelete(sql))) {
    const rows = await sql<{ key: string; noted: string }[]>`
      select blob_key as key, noted_at::text as noted from blob_deletions order by blob_key limit ${BATCH}`
    for (const { key, noted } of rows) {
      await blobs.delete(checkKey(key))
      // Noted again, it was spared again.
      const gone =
        await sql`delete from blob_deletions where blob_key = ${key} and noted_at = ${noted}::text::timestamptz`
      removed += gone.count
    }
    if (rows.length < BATCH) break
  }
  return { removed }
}
