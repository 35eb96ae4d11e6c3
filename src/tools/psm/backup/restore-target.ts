import { readdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { MarkedStore, StoreKind } from '../../../blobs/blob-store'
import { makeDirectory } from '../../../blobs/durable'
import type { BlobStores } from '../../../blobs/placed'
import type { Settings } from '../../../config'
import { newId } from '../../../core/ids'
import { requireFillable } from '../../../db/transfer/load'
import { FOLLOWED_WITHIN_MS } from '../../../features/storage'
import { blobStores, openExternal } from '../../../server/backing'
import {
  type RestoreMark,
  readRestoreMark,
  removeRestoreMark,
  writeRestoreMark,
} from '../../../server/storage-marks'
import { BackupError } from './errors'
import type { Backup } from './manifest'
import type { Progress } from './progress'

export interface RestoreTarget {
  home: StoreKind
  blobs: MarkedStore
  /** Stands in the storage folder until the end, and says where to go on. */
  mark: RestoreMark & { storeId: string }
}

/**
 * Looks at all that is to be filled before it touches any of it, and then makes it ours: a refusal leaves everything as it was.
 * Secrets may lie in the folder: they come from elsewhere.
 * @param takeOverStore also a store for binaries that has files, or is that of another installation
 * @throws BackupError, TransferError, DatabaseUnreachable
 */
export async function claimTarget(
  settings: Settings,
  backup: Backup,
  takeOverStore: boolean,
  progress: Progress,
): Promise<RestoreTarget> {
  const storage = settings.storage.directory
  const begun = await requireFolder(storage, backup)
  const external = await openExternal(settings)
  if (external !== undefined) await requireFillable(external.owner, { mayBeFilled: begun !== undefined })
  const stores = blobStores(settings)
  const home = stores.kinds.includes('s3') ? 's3' : 'files'
  const storeId = begun?.storeId ?? newId()
  // The folder for files is below one that was empty a moment ago; opening it would make it.
  const found = home === 'files' && begun === undefined ? undefined : await stores.open(home)
  if (!takeOverStore) await requireFree(found, settings, { storeId, isBegun: begun !== undefined })
  const mark = { ...newMark(backup), ...begun, storeId }
  await makeDirectory(storage)
  await writeRestoreMark(storage, mark)
  const blobs = await own(stores, { home, storeId, takeOverStore }, progress).catch(async (error) => {
    if (begun === undefined) await removeRestoreMark(storage)
    throw error
  })
  return { home, blobs, mark }
}

const newMark = ({ folder, sha256 }: Backup): RestoreMark => ({
  from: folder,
  manifest: sha256,
  begunAt: new Date().toISOString(),
  isLoaded: false,
})

/** The mark of a restore of the same backup that was broken off; undefined where the folder is as good as empty. */
async function requireFolder(storage: string, backup: Backup): Promise<RestoreMark | undefined> {
  const mark = readRestoreMark(storage)
  if (mark !== undefined) {
    if (mark.manifest === backup.sha256) return mark
    throw new BackupError(
      'storage_not_empty',
      `A restore of another backup into ${storage} was broken off: go on with ${mark.from}, or empty the folder.`,
    )
  }
  const names = await readdir(storage).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const there = names.filter((name) => name !== 'secrets' && name !== 'lost+found')
  if (there.length === 0) return undefined
  throw new BackupError(
    'storage_not_empty',
    `${storage} is not empty: it has ${there.slice(0, 3).join(', ')}. Name an empty folder by STORAGE_DIR, or move these away: nothing is ever written over.`,
  )
}

/** A store that nobody uses: else the copy and the original would delete each other's files. */
async function requireFree(
  store: MarkedStore | undefined,
  { s3, storage }: Settings,
  { storeId, isBegun }: { storeId: string; isBegun: boolean },
): Promise<void> {
  if (store === undefined) return
  await store.check()
  const found = await store.mark.read()
  if (found === storeId) return
  const name = s3.bucket === undefined ? `${storage.directory}/blobs` : `The bucket ${s3.bucket}`
  if (found !== undefined)
    throw new BackupError(
      'store_not_free',
      `${name} belongs to another installation (store ${found}): name an empty bucket by S3_BUCKET. Only where that installation is dead: --take-over-store; if it lives, it stores and deletes nothing any more.`,
    )
  // Of a restore that an older version began files may be there, and no mark.
  if (isBegun) return
  for await (const { key } of store.list())
    throw new BackupError(
      'store_not_free',
      `${name} is not empty: it has ${key}. Name an empty bucket by S3_BUCKET. Only where the installation that put these there is dead: --take-over-store.`,
    )
}

async function own(
  stores: BlobStores,
  { home, storeId, takeOverStore }: { home: StoreKind; storeId: string; takeOverStore: boolean },
  progress: Progress,
): Promise<MarkedStore> {
  const store = await stores.open(home)
  const found = await store.mark.read()
  if (found === storeId) return store
  if (found === undefined && (await store.mark.put(storeId))) return store
  if (!takeOverStore)
    throw new BackupError('store_not_free', 'Another installation has just taken this store for binaries.')
  await store.mark.replace(storeId)
  progress.say('the store for binaries is taken over: waiting until its former servers know')
  // What they have begun to delete by then is gone before files are looked for.
  await pause(2 * FOLLOWED_WITHIN_MS)
  return store
}
