import { randomUUID } from 'node:crypto'
import { type FileHandle, link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import {
  type BlobStore,
  type ByteSource,
  checkKey,
  contentKey,
  type OpenedBlob,
  type PutOptions,
  type StoredBlob,
} from './blob-store'
import { blobExists, blobNotFound, blobRange, blobStoreUnreachable } from './errors'
import { meter } from './meter'

const READ_CHUNK_BYTES = 256 * 1024

/**
 * Blobs as files. A put goes to `incoming/`, is flushed to the disk, gets its name by a hard link (which never replaces
 * what is there), and only when the directory that holds the name is on the disk too is it answered. At every moment in
 * between a crash leaves a file in `incoming/` and nothing else.
 */
export async function openFileStore(directory: string): Promise<BlobStore> {
  const root = path.resolve(directory)
  const incoming = path.join(root, 'incoming')
  await mkdir(incoming, { recursive: true, mode: 0o700 })
  await syncDirectory(root)
  const fileOf = (key: string) => path.join(root, checkKey(key))

  async function receive(
    source: ByteSource,
    options: PutOptions,
  ): Promise<StoredBlob & { temporary: string }> {
    const temporary = path.join(incoming, randomUUID())
    const metered = meter(source, options)
    const file = await open(temporary, 'wx', 0o600)
    try {
      for await (const chunk of metered.chunks) await file.writeFile(chunk)
      await file.sync()
    } catch (error) {
      await file.close()
      await unlink(temporary).catch(() => {})
      throw error
    }
    await file.close()
    return { key: '', created: true, temporary, ...metered.result() }
  }

  /** Gives a received file its name; false where the name is taken. */
  async function publish(temporary: string, key: string): Promise<boolean> {
    const target = fileOf(key)
    try {
      await makeDirectories(root, path.dirname(target))
      const isNew = await linkExclusively(temporary, target)
      await syncDirectory(path.dirname(target))
      return isNew
    } finally {
      await unlink(temporary).catch(() => {})
    }
  }

  return {
    async put(key, source, options) {
      checkKey(key)
      if ((await sizeOf(fileOf(key))) !== undefined) throw blobExists()
      const { temporary, sha256, sizeBytes } = await receive(source, options)
      if (!(await publish(temporary, key))) throw blobExists()
      return { key, sha256, sizeBytes, created: true }
    },
    async putContent(source, options) {
      const { temporary, sha256, sizeBytes } = await receive(source, options)
      const key = contentKey(sha256)
      return { key, sha256, sizeBytes, created: await publish(temporary, key) }
    },
    async open(key, range = {}): Promise<OpenedBlob> {
      const file = await openFile(fileOf(key))
      try {
        const { size } = await file.stat()
        return openRange(file, size, range)
      } catch (error) {
        await file.close()
        throw error
      }
    },
    async head(key) {
      const sizeBytes = await sizeOf(fileOf(key))
      return sizeBytes === undefined ? undefined : { sizeBytes }
    },
    async delete(key) {
      const file = fileOf(key)
      try {
        await unlink(file)
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return
        throw error
      }
      await syncDirectory(path.dirname(file))
    },
    async sweepIncoming(olderThanMs) {
      let removed = 0
      for (const name of await readdir(incoming)) {
        const file = path.join(incoming, name)
        const found = await stat(file).catch(() => undefined)
        if (found === undefined || Date.now() - found.mtimeMs < olderThanMs) continue
        await unlink(file).catch(() => {})
        removed++
      }
      return removed
    },
    async check() {
      await stat(incoming).catch((error: unknown) => {
        throw blobStoreUnreachable(undefined, { cause: error })
      })
    },
  }
}

function openRange(
  file: FileHandle,
  sizeBytes: number,
  { start = 0, endInclusive, signal }: { start?: number; endInclusive?: number; signal?: AbortSignal },
): OpenedBlob {
  if (sizeBytes === 0 && start === 0) {
    void file.close()
    return { sizeBytes, start: 0, endInclusive: -1, stream: Readable.from([]) }
  }
  const last = Math.min(endInclusive ?? sizeBytes - 1, sizeBytes - 1)
  if (start < 0 || start >= sizeBytes || last < start) throw blobRange({ values: { sizeBytes } })
  const stream = file.createReadStream({ start, end: last, highWaterMark: READ_CHUNK_BYTES, signal })
  return { sizeBytes, start, endInclusive: last, stream }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r')
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? blobNotFound() : error
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A name that is taken stays as it is. Where the file system has no hard links, a rename does after a look. */
async function linkExclusively(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error
    if ((await sizeOf(to)) !== undefined) return false
    await rename(from, to)
    return true
  }
}

/** Makes what is missing of a path and puts every new name on the disk, from the top down. */
async function makeDirectories(root: string, directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let at = path.dirname(directory); at.length >= root.length; at = path.dirname(at)) {
    await syncDirectory(at)
    if (at === path.dirname(first)) return
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
