import type { BlobStore, ListedBlob, StoreKind } from '../../../blobs/blob-store'
import { eachAtOnce } from '../../../core/at-once'
import type { RawSql } from '../../../db/client'
import { namedAmong } from '../named'
import { forgetSome, verifiedAmong } from './ledger'

export interface Removal {
  removed: number
  removedBytes: number
  /** Still there: their copies are not verified, or are not there any more. The next call copies them again. */
  left: number
  /** Still there: nothing names them. */
  orphans: number
}

const BATCH = 500

/**
 * Deletes from the store that blobs have left those whose copies were read back, and are there and as long at this moment.
 * What nothing names stays where it is.
 */
export async function removeOld(
  sql: RawSql,
  { from, to, into }: { from: BlobStore; to: BlobStore; into: StoreKind },
  { atOnce, told }: { atOnce: number; told(removal: Removal): void },
): Promise<Removal> {
  const done: Removal = { removed: 0, removedBytes: 0, left: 0, orphans: 0 }
  let some: ListedBlob[] = []
  const removeSome = async () => {
    const keys = some.map(({ key }) => key)
    const lost: string[] = []
    const [verified, named] = await Promise.all([verifiedAmong(sql, into, keys), namedAmong(sql, keys)])
    await eachAtOnce(some, atOnce, async ({ key, sizeBytes }) => {
      // A row that has gone since takes its blob with it, from both stores.
      if (!verified.has(key) && !named.has(key)) done.orphans++
      else if (!verified.has(key)) done.left++
      else if ((await to.head(key))?.sizeBytes !== sizeBytes) lost.push(key)
      else {
        await from.delete(key)
        done.removed++
        done.removedBytes += sizeBytes
      }
    })
    await forgetSome(sql, lost)
    done.left += lost.length
    some = []
    told(done)
  }
  for await (const listed of from.list()) {
    some.push(listed)
    if (some.length === BATCH) await removeSome()
  }
  await removeSome()
  return done
}
