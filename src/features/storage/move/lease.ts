import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import type { StoreKind } from '../../../blobs/blob-store'
import type { BlobPlace } from '../../../blobs/placed'
import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import { type AuditEntry, inMutation } from '../../../core/verb'
import { blobsBeingMoved } from '../errors'
import { blobPlace } from '../tables'

const HELD_SECONDS = 60
const RENEWED_EVERY_MS = 15_000

/** With another id where the stores have got a new one. */
type NextPlace = Omit<BlobPlace, 'epoch'> & { storeId?: string }

/** One mover at a time, on whatever machine: the row says who, for a minute without another word. */
export interface MoveLease {
  /** Aborted where another has taken over, because this one could not tell of itself for too long. */
  lost: AbortSignal
  /** Changes the place, and makes an epoch of it. */
  place(
    next: NextPlace,
    audited?: Pick<AuditEntry, 'action' | 'after'> & { store: StoreKind },
  ): Promise<BlobPlace>
  end(): Promise<void>
}

/**
 * Waits for one that was killed: until its minute is over.
 * @param tell what is waited for
 * @throws blobs_being_moved where another goes on telling of itself
 */
export async function takeLease(ctx: Ctx, tell: (step: string) => void): Promise<MoveLease> {
  const id = newId()
  const lost = new AbortController()
  // Every blob under way listens more than once, and dozens may be: that is no leak, which Node warns of from eleven on.
  setMaxListeners(0, lost.signal)
  for (let waited = 0; !(await take(ctx, id)); waited++) {
    if (waited === 0)
      tell(
        `waiting, for ${HELD_SECONDS} s at most: another call is moving blobs, or was killed less than a minute ago`,
      )
    if (waited > HELD_SECONDS) throw blobsBeingMoved()
    await pause(1_000)
  }
  const renew = async () => {
    const renewed = await ctx.sql`
      update blob_place set mover_until = now() + make_interval(secs => ${HELD_SECONDS}) where mover = ${id}`
    if (renewed.count === 0) lost.abort(blobsBeingMoved())
  }
  // A database that is away for a moment is asked again; away for long, another may take over, and then this one hears of it.
  const timer = setInterval(() => void renew().catch(() => {}), RENEWED_EVERY_MS)
  return {
    lost: lost.signal,
    place: (next, audited) =>
      inMutation(ctx, async (scope) => {
        const place = await writePlace(scope, id, next)
        if (audited === undefined) scope.changedNothingShared()
        else {
          const { store, ...entry } = audited
          scope.audit({ ...entry, subject: { kind: 'blob_store', id: store, label: store } })
        }
        return place
      }),
    async end() {
      clearInterval(timer)
      await ctx.sql`update blob_place set mover = null, mover_until = null where mover = ${id}`
    },
  }
}

async function take({ sql: raw }: Pick<Ctx, 'sql'>, id: string): Promise<boolean> {
  const taken = await raw`
    update blob_place set mover = ${id}, mover_until = now() + make_interval(secs => ${HELD_SECONDS})
    where mover_until is null or mover_until < now()`
  return taken.count > 0
}

async function writePlace(
  { db, clock }: Pick<Ctx, 'db' | 'clock'>,
  mover: string,
  { home, other, writesTo, storeId }: NextPlace,
): Promise<BlobPlace> {
  const [row] = await db
    .update(blobPlace)
    .set({
      ...{ home, other, writesTo, epoch: sql`${blobPlace.epoch} + 1`, changedAt: clock.now() },
      ...(storeId === undefined ? {} : { storeId, markedAt: clock.now() }),
    })
    .where(eq(blobPlace.mover, mover))
    .returning({ epoch: blobPlace.epoch })
  if (row === undefined) throw blobsBeingMoved()
  return { home, other, writesTo, epoch: row.epoch }
}

export const otherStore = (kind: StoreKind): StoreKind => (kind === 's3' ? 'files' : 's3')
