import {
  access,
  constants,
  type FileHandle,
  lstat,
  mkdir,
  open,
  opendir,
  readdir,
  stat,
  unlink,
} from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import type {
  BlobFile,
  ByteSource,
  ListedBlob,
  MarkedStore,
  OpenedBlob,
  OpenOptions,
  PutOptions,
  StoredBlob,
  StrayFile,
} from './blob-store'
import { errorCode, linkExclusively, makeDirectory, sizeOf, syncDirectory, syncUpwards } from './durable'
import { blobExists, blobNotFound, blobStoreUnreachable, storeFailure } from './errors'
import { type BlobKey, blobKeyOf, checkKey, contentKey, INCOMING_PREFIX, incomingKey } from './keys'
import { fileMark, MARK_NAME, type StoreMark } from './mark'
import { Meter } from './meter'
import { resolveRange } from './range'

const READ_CHUNK_BYTES = 256 * 1024

/**
 * Blobs as files. A put goes to `incoming/`, is flushed to the disk, gets its name by a hard link (which never replaces
 * what is there), and only when the directories that hold the name are on the disk too is it answered. At every moment
 * in between a crash leaves a file in `incoming/` and nothing else.
 */
export async function openFileStore(directory: string): Promise<MarkedStore> {
  const root = path.resolve(directory)
  await makeDirectory(path.join(root, INCOMING_PREFIX)).catch(unreachable)
  return new FileStore(root)
}

class FileStore implements MarkedStore {
  readonly mark: StoreMark

  constructor(readonly root: string) {
    this.mark = fileMark(root)
  }

  async put(key: BlobKey, source: ByteSource, options: PutOptions): Promise<StoredBlob> {
    const meter = new Meter(source, options)
    await meter.guard(async () => {
      if ((await this.head(key)) !== undefined) throw blobExists()
      if (!(await this.#store(meter, () => key))) throw blobExists()
    })
    return { key, created: true, ...meter.result() }
  }

  async putContent(source: ByteSource, options: PutOptions): Promise<StoredBlob> {
    const meter = new Meter(source, options)
    const keyOf = () => contentKey(meter.result().sha256)
    const created = await meter.guard(() => this.#store(meter, keyOf))
    return { key: keyOf(), created, ...meter.result() }
  }

  async open(key: BlobKey, options: OpenOptions = {}): Promise<OpenedBlob> {
    const file = await this.#toRead(key)
    try {
      return await openRange(file, options)
    } catch (error) {
      await file.close()
      throw storeFailure(error)
    }
  }

  async head(key: BlobKey): Promise<{ sizeBytes: number } | undefined> {
    const sizeBytes = await sizeOf(this.#fileOf(key)).catch(failed)
    return sizeBytes === undefined ? undefined : { sizeBytes }
  }

  async openFile(key: BlobKey): Promise<BlobFile> {
    const file = await this.#toRead(key)
    try {
      const { size: sizeBytes } = await file.stat()
      const read = async (target: Buffer, position: number) =>
        (await file.read(target, 0, target.length, position).catch(failed)).bytesRead
      return { sizeBytes, read, close: () => file.close() }
    } catch (error) {
      await file.close()
      throw storeFailure(error)
    }
  }

  async addressOf(key: BlobKey): Promise<undefined> {
    checkKey(key)
  }

  async *list(): AsyncGenerator<ListedBlob, void> {
    try {
      for await (const name of filesBelow(this.root, '')) {
        const key = blobKeyOf(name)
        const found = key && (await stat(path.join(this.root, key)).catch(isGone))
        if (key && found) yield { key, store: 'files', sizeBytes: found.size, storedAt: found.mtime }
      }
    } catch (error) {
      throw storeFailure(error)
    }
  }

  async *strays(): AsyncGenerator<StrayFile, void> {
    try {
      for await (const name of filesBelow(this.root, '')) {
        // What lies in `incoming/` for too long is swept from there.
        if (blobKeyOf(name) || name.startsWith(INCOMING_PREFIX) || name.startsWith(MARK_NAME)) continue
        const found = await lstat(path.join(this.root, name)).catch(isGone)
        if (found) yield { name, store: 'files', sizeBytes: found.size }
      }
    } catch (error) {
      throw storeFailure(error)
    }
  }

  async delete(key: BlobKey): Promise<void> {
    const file = this.#fileOf(key)
    try {
      await unlink(file)
      await syncDirectory(path.dirname(file))
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw storeFailure(error)
    }
  }

  async sweepIncoming(olderThanMs: number): Promise<number> {
    const incoming = path.join(this.root, INCOMING_PREFIX)
    let removed = 0
    for (const name of await readdir(incoming).catch(failed)) {
      const file = path.join(incoming, name)
      // An upload that ends meanwhile takes its file away itself.
      const found = await stat(file).catch(() => undefined)
      if (found === undefined || Date.now() - found.mtimeMs < olderThanMs) continue
      await unlink(file).then(
        () => removed++,
        () => {},
      )
    }
    return removed
  }

  async check(): Promise<void> {
    await access(path.join(this.root, INCOMING_PREFIX), constants.R_OK | constants.W_OK).catch(unreachable)
  }

  checkWrites(): Promise<void> {
    return this.check()
  }

  /** Receives all, then names it; false where the name is taken. Nothing stays in `incoming/`. */
  async #store(meter: Meter, keyOf: () => BlobKey): Promise<boolean> {
    const temporary = path.join(this.root, incomingKey())
    try {
      await receive(meter, temporary)
      const target = this.#fileOf(keyOf())
      const directory = path.dirname(target)
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const isNew = await linkExclusively(temporary, target)
      await syncUpwards(directory, this.root)
      return isNew
    } finally {
      await unlink(temporary).catch(() => {})
    }
  }

  #toRead(key: BlobKey): Promise<FileHandle> {
    return open(this.#fileOf(key), 'r').catch((error: unknown) => {
      throw errorCode(error) === 'ENOENT' ? blobNotFound() : storeFailure(error)
    })
  }

  #fileOf(key: BlobKey): string {
    return path.join(this.root, checkKey(key))
  }
}

/** Names of files below a folder, with a slash between their parts; one directory of each level is open at a time. */
async function* filesBelow(root: string, at: string): AsyncGenerator<string, void> {
  for await (const entry of await opendir(path.join(root, at))) {
    // Of a file system of its own, and root's alone.
    if (at === '' && entry.name === 'lost+found') continue
    const name = path.posix.join(at, entry.name)
    if (entry.isDirectory()) yield* filesBelow(root, name)
    else yield name
  }
}

async function receive(meter: Meter, temporary: string): Promise<void> {
  const file = await open(temporary, 'wx', 0o600)
  try {
    for await (const chunk of meter.chunks()) await file.writeFile(chunk)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function openRange(file: FileHandle, options: OpenOptions): Promise<OpenedBlob> {
  const { size: sizeBytes } = await file.stat()
  const range = resolveRange(sizeBytes, options)
  if (sizeBytes === 0) {
    await file.close()
    return { sizeBytes, ...range, stream: Readable.from([]) }
  }
  const stream = file.createReadStream({
    start: range.start,
    end: range.endInclusive,
    highWaterMark: READ_CHUNK_BYTES,
    signal: options.signal,
  })
  return { sizeBytes, ...range, stream }
}

function isGone(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error
}

function failed(error: unknown): never {
  throw storeFailure(error)
}

function unreachable(error: unknown): never {
  throw blobStoreUnreachable(undefined, { cause: error })
}
