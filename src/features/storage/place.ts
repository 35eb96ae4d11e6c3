import type { StoreKind } from '../../blobs/blob-store'
import { blobKeyOf } from '../../blobs/keys'
import { type BlobPlace, type BlobStores, PlacedStore } from '../../blobs/placed'
import type { Logger } from '../../core/log'
import { type ConnectionTarget, connect, type RawSql } from '../../db/client'
import { namedBlobs } from './named'

const EVERY_MS = 3_000

/** Where blobs lie; undefined before the first start. */
export async function findPlace(sql: RawSql): Promise<BlobPlace | undefined> {
  const [row] = await sql<BlobPlace[]>`
    select home, other, writes_to as "writesTo", epoch from blob_place`
  return row
}

/**
 * Where blobs lie. The first start decides it: in S3 where the settings name a bucket, unless there are blobs already and they
 * are files. From then on the row says it and no setting, so that a bucket that comes into the settings hides nothing.
 */
export async function settlePlace(sql: RawSql, stores: BlobStores): Promise<BlobPlace> {
  const known = await findPlace(sql)
  if (known !== undefined) return known
  const home = await firstHome(sql, stores)
  await sql`
    insert into blob_place (home, writes_to, changed_at) values (${home}, ${home}, now()) on conflict do nothing`
  return (await findPlace(sql)) ?? { home, other: null, writesTo: home, epoch: 1 }
}

/** All blobs were put into this store, wherever they were before: what the row says came with them from elsewhere. */
export async function resettlePlace(target: ConnectionTarget, home: StoreKind): Promise<void> {
  const sql = connect(target, { max: 1, applicationName: 'psm-place' })
  try {
    await sql.begin(async (tx) => {
      await tx`
        insert into blob_place (home, writes_to, changed_at) values (${home}, ${home}, now())
        on conflict (is_only) do update set home = excluded.home, other = null, writes_to = excluded.writes_to,
          epoch = blob_place.epoch + 1, changed_at = excluded.changed_at, mover = null, mover_until = null
        where (blob_place.home, blob_place.other, blob_place.writes_to) is distinct from (excluded.home, null, excluded.home)`
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
  place: BlobPlace
  everyMs?: number
}): PlacedBlobs {
  const { sql, log, stores, everyMs = EVERY_MS } = parts
  let { place } = parts
  let listener = () => {}
  const store = new PlacedStore(stores, () => place)
  warnOf(place, stores, log)
  let told = `${place.epoch} ${place.epoch}`
  const look = async () => {
    const found = await findPlace(sql)
    if (found !== undefined && found.epoch !== place.epoch) {
      place = found
      log.info('blob_place_changed', { ...place })
      warnOf(place, stores, log)
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

function warnOf({ home, other, writesTo }: BlobPlace, { kinds }: BlobStores, log: Logger): void {
  if (other !== null && !kinds.includes(other)) log.warn('blob_store_not_configured', { store: other })
  if (other === null && kinds.length > 1 && home === 'files') log.warn('s3_not_used_yet', { home, writesTo })
}
