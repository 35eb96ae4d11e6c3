import { createHash } from 'node:crypto'
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { BlobStore } from '../../../blobs/blob-store'
import { errorCode, syncDirectory } from '../../../blobs/durable'
import { checkKey } from '../../../blobs/keys'
import { isFailure } from '../../../core/errors'
import type { KeptBlob } from '../../../features/storage'
import { type ListedBlob, Shelves } from './blob-list'
import { onFile } from './disk-full'
import { BLOB_LIST, BLOBS, type Manifest } from './manifest'

const AT_ONCE = 8
const MOST_TOLD = 100
/** A file system without hard links, or a blob with too many of them: then it is copied. */
const NO_LINK = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EMLINK', 'ENOENT'])

export interface CopiedBlobs extends Omit<Manifest['blobs'], 'sha256'> {
  /** Taken over from the backup before. */
  linked: number
  /** Of the list. */
  sha256: string
}

interface Copying {
  store: BlobStore
  folder: string
  made: Set<string>
  told: CopiedBlobs
}

/**
 * Copies blobs into a backup, in the order of their keys, and lists them with their hashes. What an earlier backup of the
 * series has is linked, not copied: a blob never changes. A blob is on the disk before its line is, so what a broken-off
 * backup has listed can be taken over by the next one.
 */
export async function copyBlobs(
  store: BlobStore,
  named: AsyncIterable<KeptBlob>,
  { folder, before }: { folder: string; before: readonly { folder: string; isWhole: boolean }[] },
  tell: (told: CopiedBlobs) => void,
): Promise<CopiedBlobs> {
  const told: CopiedBlobs = { count: 0, sizeBytes: 0, faults: [], faultCount: 0, linked: 0, sha256: '' }
  const copying: Copying = { store, folder, made: new Set(), told }
  const hash = createHash('sha256')
  const shelves = await Shelves.open(before)
  const list = await open(path.join(folder, BLOB_LIST), 'w', 0o600)
  try {
    await mkdir(path.join(folder, BLOBS), { mode: 0o700 })
    for await (const some of inGroups(named, AT_ONCE)) {
      const known: (Awaited<ReturnType<Shelves['find']>> | undefined)[] = []
      for (const { key } of some) known.push(await shelves.find(key))
      const listed = await Promise.all(some.map((one, at) => copyOne(copying, one, known[at])))
      const lines = listed.filter((one) => one !== undefined).map((one) => `${JSON.stringify(one)}\n`)
      hash.update(lines.join(''))
      await onFile(path.join(folder, BLOB_LIST), list.writeFile(lines.join('')))
      tell(told)
    }
    await onFile(path.join(folder, BLOB_LIST), list.sync())
  } finally {
    await list.close()
    await shelves.close()
  }
  for (const directory of copying.made) await syncDirectory(directory)
  return { ...told, sha256: hash.digest('hex') }
}

async function copyOne(
  copying: Copying,
  { key, sha256 }: KeptBlob,
  known: (ListedBlob & { folder: string }) | undefined,
): Promise<ListedBlob | undefined> {
  const { folder, told } = copying
  const target = path.join(folder, BLOBS, key)
  await makeParents(copying, path.dirname(target))
  let listed: ListedBlob | undefined
  if (
    known !== undefined &&
    (sha256 === null || sha256 === known.sha256) &&
    (await linkKnown(known, target))
  ) {
    const { folder: _, ...same } = known
    listed = same
    told.linked++
  } else listed = await copyFromStore(copying, key, target)
  if (listed === undefined) {
    fault(told, key, 'missing')
    return undefined
  }
  if (sha256 !== null && sha256 !== listed.sha256) fault(told, key, 'wrong_hash')
  told.count++
  told.sizeBytes += listed.sizeBytes
  return listed
}

function fault(told: CopiedBlobs, key: string, what: 'missing' | 'wrong_hash'): void {
  told.faultCount++
  if (told.faults.length < MOST_TOLD) told.faults.push({ key, fault: what })
}

/** False where it is not there any more, or not as long as it was. */
async function linkKnown(known: ListedBlob & { folder: string }, target: string): Promise<boolean> {
  const from = path.join(known.folder, BLOBS, known.key)
  try {
    if ((await stat(from)).size !== known.sizeBytes) return false
    await link(from, target)
    return true
  } catch (error) {
    if (NO_LINK.has(errorCode(error) ?? '')) return false
    throw error
  }
}

/** Undefined where the store has none. */
async function copyFromStore(
  { store }: Copying,
  given: string,
  target: string,
): Promise<ListedBlob | undefined> {
  const key = checkKey(given)
  const opened = await store.open(key).catch((error: unknown) => {
    if (isFailure(error) && error.code === 'blob_not_found') return undefined
    throw error
  })
  if (opened === undefined) return undefined
  const draft = `${target}.tmp`
  const file = await open(draft, 'wx', 0o600)
  const hash = createHash('sha256')
  let sizeBytes = 0
  try {
    for await (const chunk of opened.stream as AsyncIterable<Buffer>) {
      hash.update(chunk)
      sizeBytes += chunk.length
      await onFile(draft, file.writeFile(chunk))
    }
    await onFile(draft, file.sync())
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await file.close()
  }
  await rename(draft, target)
  return { key, sha256: hash.digest('hex'), sizeBytes }
}

async function makeParents({ folder, made }: Copying, directory: string): Promise<void> {
  if (made.has(directory)) return
  await mkdir(directory, { recursive: true, mode: 0o700 })
  for (let at = directory; at.length > folder.length; at = path.dirname(at)) made.add(at)
}

async function* inGroups<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[], void> {
  let group: Item[] = []
  for await (const item of items) {
    group.push(item)
    if (group.length < size) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}
