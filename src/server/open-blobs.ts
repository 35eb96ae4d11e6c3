import { ConfigurationError, type Settings } from '../config'
import { isFailure } from '../core/errors'
import type { Logger } from '../core/log'
import type { RawSql } from '../db/client'
import { followPlace, ownStores, type PlacedBlobs, settlePlace, wordsOfStranger } from '../features/storage'
import { blobStores } from './backing'
import { psmCall } from './paths'
import { StorageMarkError } from './storage-marks'
import { warnOfStore } from './store-warning'

/**
 * The store for binaries of a server that starts: the one that its database goes with, or none.
 * @throws ConfigurationError where blobs lie in a store that the settings do not name; StorageMarkError where it is not ours
 */
export async function openBlobs(settings: Settings, sql: RawSql, log: Logger): Promise<PlacedBlobs> {
  const stores = blobStores(settings)
  const place = await settlePlace(sql, stores)
  const kinds = [...new Set([place.home, place.writesTo])]
  if (kinds.some((kind) => !stores.kinds.includes(kind)))
    throw new ConfigurationError([
      'the binaries of this database lie in S3: S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are needed (or bring them back first: psm blobs migrate --to files)',
    ])
  const opened = await Promise.all(kinds.map(async (kind) => ({ kind, store: await stores.open(kind) })))
  const looked = await ownStores(sql, stores, place).then(
    (stranger) => ({ stranger }),
    (error: unknown) => {
      // A store that is away now is asked when it is there again, before anything is stored or deleted.
      if (isFailure(error)) return undefined
      throw error
    },
  )
  if (looked?.stranger !== undefined)
    throw new StorageMarkError('store_foreign', wordsOfStranger(looked.stranger, psmCall))
  const isMarked = place.isMarked || looked !== undefined
  const blobs = followPlace({ sql, log, stores, place: { ...place, isMarked } })
  for (const { kind, store } of opened)
    void warnOfStore(store, kind, settings, log, () => blobs.store.requireOwn(kind))
  return blobs
}
