import type { StoreKind } from '../../blobs/blob-store'
import type { BlobPlace, BlobStores } from '../../blobs/placed'
import type { RawSql } from '../../db/client'
import { blobStoreForeign } from './errors'

/** Where blobs lie, and the id of the stores that they lie in. */
export interface KeptPlace extends BlobPlace {
  storeId: string
  /** The stores bear the id. False before the first start of all. */
  isMarked: boolean
}

/** A store that is not the one that the database speaks of. */
export interface Stranger {
  store: StoreKind
  /** The id that it should bear. */
  expected: string
  /** The id that it bears, null where it has none. */
  found: string | null
}

/** Those of the stores that have blobs of this place and that settings name. */
export const kindsOf = ({ home, other, writesTo }: BlobPlace, { kinds }: BlobStores): StoreKind[] =>
  [...new Set([home, writesTo, ...(other === null ? [] : [other])])].filter((kind) => kinds.includes(kind))

/** Undefined where the store is ours. One that is only being left, or is not written to yet, may be without a mark. */
export async function strangerIn(
  stores: BlobStores,
  { storeId, home, writesTo }: KeptPlace,
  store: StoreKind,
): Promise<Stranger | undefined> {
  const found = await (await stores.open(store)).mark.read()
  if (found === storeId) return undefined
  if (found === undefined && store !== home && store !== writesTo) return undefined
  return { store, expected: storeId, found: found ?? null }
}

/**
 * Whether the stores are those of this database; the first call of all makes them so, for one server after the other, and
 * again where it died over it.
 * @returns the first one that is not
 */
export async function ownStores(
  sql: RawSql,
  stores: BlobStores,
  place: KeptPlace,
): Promise<Stranger | undefined> {
  if (place.isMarked) {
    for (const kind of kindsOf(place, stores)) {
      // Where blobs were before may be away.
      if (kind !== place.home && kind !== place.writesTo) continue
      const stranger = await strangerIn(stores, place, kind)
      if (stranger !== undefined) return stranger
    }
    return undefined
  }
  return (await sql.begin(async (tx) => {
    const [row] = await tx<{ isMarked: boolean }[]>`
      select marked_at is not null as "isMarked" from blob_place for update`
    if (row?.isMarked) return ownStores(sql, stores, { ...place, isMarked: true })
    for (const kind of kindsOf(place, stores)) {
      const found = await markStore(stores, kind, place.storeId)
      if (found !== undefined) return found
    }
    await tx`update blob_place set marked_at = now()`
    return undefined
  })) as Stranger | undefined
}

/** Makes a store ours that is nobody's. */
export async function markStore(
  stores: BlobStores,
  store: StoreKind,
  storeId: string,
): Promise<Stranger | undefined> {
  const { mark } = await stores.open(store)
  if (await mark.put(storeId)) return undefined
  const found = (await mark.read()) ?? null
  return found === storeId ? undefined : { store, expected: storeId, found }
}

/** @throws blob_store_foreign */
export function refuseStranger(stranger: Stranger | undefined): void {
  if (stranger !== undefined) throw blobStoreForeign({ values: { ...stranger } })
}

const WHERE = { files: 'the folder STORAGE_DIR/blobs', s3: 'the bucket that S3_BUCKET names' }

/**
 * What was expected, what there is, and what to do: one sentence for whoever starts a server.
 * @param call how the command line is called where this server is
 */
export function wordsOfStranger(
  { store, expected, found }: Stranger,
  call: (words: string) => string,
): string {
  const is = found === null ? 'has none' : `has another one, ${found}, and belongs to another installation`
  const adopt = call(`blobs adopt${found === null ? '' : ' --take-over-store'}`)
  const only = found === null ? '' : 'that installation is dead, and '
  return `This database goes with the store for binaries whose id is ${expected}, and ${WHERE[store]} ${is}: give every server the same folder, or the same S3_ settings, that the database was used with before; only where ${only}its files are lost or were brought there by hand: ${adopt}.`
}
