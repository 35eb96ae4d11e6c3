import type { BlobStores } from '../../blobs/placed'
import type { Ctx } from '../../core/context'
import { newId } from '../../core/ids'
import { takeLease } from './move/lease'
import { kindsOf, ownStores, refuseStranger } from './own'
import { settlePlace } from './place'

export interface Adoption {
  storeId: string
  /** False where it was ours already. */
  isNew: boolean
}

/**
 * Makes the stores that the settings name those of this database, under a new id: whoever had them before, and servers of this
 * database that have others, are not ready any more. For the command line alone: no permission stands for it.
 * @param takeOver also where they bear the id of another installation, which must be dead
 * @throws blob_store_foreign, blob_store_not_configured, blobs_being_moved
 */
export async function adoptStores(
  ctx: Ctx,
  stores: BlobStores,
  { takeOver }: { takeOver: boolean },
): Promise<Adoption> {
  const place = await settlePlace(ctx.sql, stores)
  await Promise.all([place.home, place.writesTo].map(async (kind) => (await stores.open(kind)).check()))
  const stranger = await ownStores(ctx.sql, stores, place)
  if (stranger === undefined) return { storeId: place.storeId, isNew: false }
  if (stranger.found !== null && !takeOver) refuseStranger(stranger)
  const lease = await takeLease(ctx, () => {})
  try {
    const storeId = newId()
    for (const kind of kindsOf(place, stores)) await (await stores.open(kind)).mark.replace(storeId)
    const { home, other, writesTo } = place
    await lease.place(
      { home, other, writesTo, storeId },
      { action: 'blob_store.adopted', store: home, after: { storeId, storeIdBefore: stranger.expected } },
    )
    return { storeId, isNew: true }
  } finally {
    await lease.end()
  }
}
