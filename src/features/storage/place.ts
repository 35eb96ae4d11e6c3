import type { StoreKind } from '../../blobs/blob-store'
import { blobKeyOf } from '../../blobs/keys'
import { type BlobPlace, type BlobStores, PlacedStore } from '../../blobs/placed'
import { uptimeMs } from '../../core/clock'
import { isFailure } from '../../core/errors'
import type { Logger } from '../../core/log'
import { type ConnectionTarget, connect, type RawSql } from '../../db/client'
import { namedBlobs } from './named'
import { type KeptPlace, ownStores, refuseStranger, type Stranger, strangerIn } from './own'

/** So often the row is looked at, and for so long a store that was ours is believed to be so still. */
export const FOLLOWED_WITHIN_MS = 3_000

/** Where blobs lie; undefined before the first start. */
export async function findPlace(sql: RawSql): Promise<KeptPlace | undefined> {
  const [row] = await sql<KeptPlace[]>`
    select home, other, writes_to as "writesTo", epoch, store_id as "storeId", marked_at is not null as "isMarked"
    from blob_place`
  return row
}

/**
 * Where blobs lie. The first start decides it: in S3 where the settings name a bucket, unless there are blobs already and they
 * are files. From then on the row says it and no setting, so that a bucket that comes into the settings hides nothing.
 */
export async function settlePlace(sql: RawSql, stores: BlobStores): Promise<KeptPlace> {
  const known = await findPlace(sql)
  if (known !== undefined) return known
  const home = await firstHome(sql, stores)
  await sql`
    insert into blob_place (home, writes_to, changed_at) values (${home}, ${home}, now()) on conflict do nothing`
  const settled = await findPlace(sql)
  if (settled === undefined) throw new Error('blob_place has lost its row')
  return settled
}

/** All blobs were put into this store, which bears this id, wherever they were before: what the row says came with them from elsewhere. */
export async function resettlePlace(
  target: ConnectionTarget,
  home: StoreKind,
  storeId: string,
): Promise<void> {
  const sql = connect(target, { max: 1, applicationName: 'psm-place' })
  try {
    await sql.begin(async (tx) => {
      await tx`
        insert into blob_place (home, writes_to, changed_at, store_id, marked_at)
        values (${home}, ${home}, now(), ${storeId}, now())
        on conflict (is_only) do update set home = excluded.home, other = null, writes_to = excluded.writes_to,
          epoch = blob_place.epoch + 1, changed_at = excluded.changed_at, mover = null, mover_until = null,
          store_id = excluded.store_id, marked_at = excluded.marked_at
        where blob_place.store_id <> excluded.store_id`
      await tx`delete from blob_copies`
    })
  } finally {
    await sql.end()
  }
}

async function firstHome(sql: RawSql, stores: BlobStores): Promise<StoreKind> {
  if (!stores.kinds.includes('s3')) return 'files'
  for await (const { page } of namedBlobs(sql)) {
    const key = blobKeyOf(page[0]?.key ?? '')
    if (key === undefined) continue
    return (await (await stores.open('files')).head(key)) === undefined ? 's3' : 'files'
  }
  return 's3'
}

export interface PlacedBlobs {
  store: PlacedStore
  /** What a server tells of itself, so that whoever moves blobs knows what it goes by. */
  standing(): BlobStanding
  /** After each change of the place, and when the last put of an older one has ended. */
  onChange(listener: () => void): void
  /** Ends the looking for changes. */
  stop(): void
}

export interface BlobStanding {
  epoch: number
  /** No put that began before this one is still under way. */
  drainedEpoch: number
  stores: readonly StoreKind[]
}

/** The store for everybody, which follows the row: within seconds of a change it works by the new place. */
export function followPlace(parts: {
  sql: RawSql
  log: Logger
  stores: BlobStores
  place: KeptPlace
  everyMs?: number
}): PlacedBlobs {
  const { sql, log, stores, everyMs = FOLLOWED_WITHIN_MS } = parts
  let { place } = parts
  let listener = () => {}
  const owned = new Owned({ everyMs, sql, log, stores, place: () => place, look: () => look() })
  const store = new PlacedStore(
    stores,
    () => place,
    (kind) => owned.require(kind),
  )
  warnOf(place, stores, log)
  let told = `${place.epoch} ${place.epoch}`
  const look = async () => {
    const found = await findPlace(sql)
    if (found !== undefined) {
      const isSame = found.epoch === place.epoch && found.storeId === place.storeId
      place = found
      if (!isSame) {
        owned.forget()
        log.info('blob_place_changed', { ...place })
        warnOf(place, stores, log)
      }
    }
    const now = `${place.epoch} ${store.drainedEpoch()}`
    if (now !== told) listener()
    told = now
  }
  // Who cannot reach the database hears of that elsewhere, and goes on with what it knows.
  const timer = setInterval(() => void look().catch(() => {}), everyMs)
  timer.unref()
  return {
    store,
    standing: () => ({
      epoch: place.epoch,
      drainedEpoch: store.drainedEpoch(),
      stores: stores.kinds,
    }),
    onChange(next) {
      listener = next
    },
    stop: () => clearInterval(timer),
  }
}

/** Whose the stores are: asked by whoever stores or deletes, and answered from memory for a moment. */
class Owned {
  readonly #seen = new Map<StoreKind, number>()
  readonly #asked = new Map<StoreKind, Promise<void>>()
  #isTold = false

  constructor(
    readonly parts: {
      sql: RawSql
      log: Logger
      stores: BlobStores
      place(): KeptPlace
      look(): Promise<void>
      everyMs: number
    },
  ) {}

  forget(): void {
    this.#seen.clear()
  }

  /** @throws blob_store_foreign */
  require(kind: StoreKind): Promise<void> {
    if ((this.#seen.get(kind) ?? Number.NEGATIVE_INFINITY) > uptimeMs() - this.parts.everyMs)
      return Promise.resolve()
    const asked = this.#asked.get(kind) ?? this.#ask(kind).finally(() => this.#asked.delete(kind))
    this.#asked.set(kind, asked)
    return asked
  }

  async #ask(kind: StoreKind): Promise<void> {
    const { sql, log, stores, place, look } = this.parts
    const atMs = uptimeMs()
    try {
      if (!place().isMarked) {
        refuseStranger(await ownStores(sql, stores, place()))
        await look()
      }
      if ((await strangerIn(stores, place(), kind)) !== undefined) {
        // The row may have changed with the mark.
        await look()
        refuseStranger(await strangerIn(stores, place(), kind))
      }
    } catch (error) {
      if (!this.#isTold && isFailure(error) && error.code === 'blob_store_foreign') {
        this.#isTold = true
        const { store, expected, found } = error.details.values as unknown as Stranger
        log.error('blob_store_foreign', { store, expected, found })
      }
      throw error
    }
    this.#isTold = false
    this.#seen.set(kind, atMs)
  }
}

function warnOf({ home, other, writesTo }: BlobPlace, { kinds }: BlobStores, log: Logger): void {
  if (other !== null && !kinds.includes(other)) log.warn('blob_store_not_configured', { store: other })
  if (other === null && kinds.length > 1 && home === 'files') log.warn('s3_not_used_yet', { home, writesTo })
}
