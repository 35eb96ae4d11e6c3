import type { FileMetaData } from 'hyparquet'
import type { BlobStore } from '../../../../blobs/blob-store'

const BLOCKS_MAX = 256
const FOOTERS_MAX = 32

/** A map that holds so many at most and lets go of what was not used for longest. */
class Recent<Value> {
  readonly #kept = new Map<string, Value>()
  constructor(readonly most: number) {}

  get(key: string): Value | undefined {
    const value = this.#kept.get(key)
    if (value === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, value)
    return value
  }

  set(key: string, value: Value): void {
    this.#kept.delete(key)
    this.#kept.set(key, value)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > this.most && oldest !== undefined) this.#kept.delete(oldest)
  }

  delete(key: string): void {
    this.#kept.delete(key)
  }
}

export interface FooterEntry {
  sizeBytes: number
  metadata: FileMetaData
}

/** What is remembered of files: they never change, so it never grows stale. */
export interface FileCache {
  /** Parts of files, BLOCK_BYTES long, by `key at`; also those that are on their way. */
  readonly blocks: Recent<Promise<Uint8Array<ArrayBuffer>>>
  readonly footers: Recent<Promise<FooterEntry>>
}

/** One for each store of a process: it is the runtime's, and goes with it. */
const caches = new WeakMap<BlobStore, FileCache>()

export function cacheOf(blobs: BlobStore): FileCache {
  const known = caches.get(blobs)
  if (known !== undefined) return known
  const made = newCache(BLOCKS_MAX, FOOTERS_MAX)
  caches.set(blobs, made)
  return made
}

/** For whoever reads a file from end to end: searches keep what they have. */
export function newCache(blocks = 16, footers = 1): FileCache {
  return { blocks: new Recent(blocks), footers: new Recent(footers) }
}
