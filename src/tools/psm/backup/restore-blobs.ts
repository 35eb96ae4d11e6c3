import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { BlobStore } from '../../../blobs/blob-store'
import { isFailure } from '../../../core/errors'
import { type ListedBlob, readBlobList } from './blob-list'
import { BackupError } from './errors'
import { type Backup, BLOB_LIST, BLOBS } from './manifest'
import type { Progress } from './progress'

const AT_ONCE = 8
/** A disk that sleeps, a folder on another machine. */
const IDLE_MS = 120_000

export interface BlobCount {
  count: number
  sizeBytes: number
}

/** Does something with each blob of a backup, some at once, and makes sure that these are all of them. */
export async function eachBlob(
  backup: Backup,
  act: (blob: ListedBlob) => Promise<void>,
  progress: Progress,
): Promise<BlobCount> {
  const { folder, manifest } = backup
  const hash = createHash('sha256')
  const done: BlobCount = { count: 0, sizeBytes: 0 }
  let some: Promise<void>[] = []
  try {
    for await (const blob of readBlobList(folder, true)) {
      hash.update(`${JSON.stringify(blob)}\n`)
      some.push(
        act(blob).then(() => {
          done.count++
          done.sizeBytes += blob.sizeBytes
        }),
      )
      if (some.length < AT_ONCE) continue
      await Promise.all(some)
      some = []
      progress.tell(`files: ${done.count} of ${manifest.blobs.count}`)
    }
    await Promise.all(some)
  } finally {
    await Promise.allSettled(some)
  }
  if (hash.digest('hex') !== manifest.blobs.sha256)
    throw new BackupError('damaged_backup', `${path.join(folder, BLOB_LIST)} is not as it was written.`)
  return done
}

/**
 * Puts a blob into the store. What lies there under its key already, of a restore that was broken off or in a bucket that
 * outlived its database, is taken where it has the right hash, and replaced where not.
 * @throws BackupError where the blob of the backup is not as it was written
 */
export async function restoreBlob(store: BlobStore, { folder }: Backup, blob: ListedBlob): Promise<void> {
  const put = () =>
    store.put(blob.key, readBlob(folder, blob), {
      maxBytes: blob.sizeBytes,
      sha256: blob.sha256,
      idleMs: IDLE_MS,
    })
  try {
    await put()
  } catch (error) {
    if (!isFailure(error) || error.code !== 'blob_exists') throw whyNot(folder, blob, error)
    if ((await hashOf(store, blob)) === blob.sha256) return
    await store.delete(blob.key)
    await put().catch((again: unknown) => {
      throw whyNot(folder, blob, again)
    })
  }
}

/** @throws BackupError */
export async function checkBlob({ folder }: Backup, blob: ListedBlob): Promise<void> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of readBlob(folder, blob)) hash.update(chunk)
  } catch (error) {
    throw whyNot(folder, blob, error)
  }
  if (hash.digest('hex') !== blob.sha256) throw damaged(folder, blob, 'its SHA-256 is another one')
}

const fileOf = (folder: string, { key }: ListedBlob) => path.join(folder, BLOBS, key)

const readBlob = (folder: string, blob: ListedBlob): AsyncIterable<Buffer> =>
  createReadStream(fileOf(folder, blob), { highWaterMark: 256 * 1024 })

function whyNot(folder: string, blob: ListedBlob, error: unknown): unknown {
  if (isFailure(error) && (error.code === 'blob_hash_mismatch' || error.code === 'blob_too_large'))
    return damaged(folder, blob, 'its bytes are others')
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return damaged(folder, blob, 'it is not there')
  return error
}

const damaged = (folder: string, blob: ListedBlob, why: string) =>
  new BackupError('damaged_backup', `${fileOf(folder, blob)} is not as it was written: ${why}.`)

async function hashOf(store: BlobStore, { key }: ListedBlob): Promise<string> {
  const hash = createHash('sha256')
  const { stream } = await store.open(key)
  for await (const chunk of stream) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
