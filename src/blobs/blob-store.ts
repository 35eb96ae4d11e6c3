import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { badKey } from './errors'

/** Bytes on their way in: a Node or a Web stream, or anything that yields chunks. */
export type ByteSource = AsyncIterable<Uint8Array>

export interface PutOptions {
  /** Refused as `blob_too_large` while it is still coming. */
  maxBytes: number
  /** What the content must hash to, lower-case hexadecimal; else `blob_hash_mismatch` and nothing is kept. */
  sha256?: string
  signal?: AbortSignal
  /** A source that yields nothing for this long is given up as `blob_source_stalled`. Default 30 s. */
  idleMs?: number
}

export interface StoredBlob {
  key: string
  /** Our own count and hash, made while the bytes went through. */
  sha256: string
  sizeBytes: number
  /** False: the same content was there already. */
  created: boolean
}

export interface OpenedBlob {
  sizeBytes: number
  start: number
  /** Inclusive, as in HTTP; -1 for an empty blob. */
  endInclusive: number
  stream: Readable
}

/**
 * Where binaries live. Two drivers, one contract (tests/blobs/contract.ts). What a put has answered survives the death
 * of the process; what it refused leaves nothing behind. Names, types and who owns what are the database's business, and
 * so is uniqueness: a driver's exclusive create is an extra guard.
 */
export interface BlobStore {
  /** Stores under a key that must be free, else `blob_exists`. */
  put(key: string, source: ByteSource, options: PutOptions): Promise<StoredBlob>
  /** Stores under the content's own SHA-256; the same content twice is one blob. */
  putContent(source: ByteSource, options: PutOptions): Promise<StoredBlob>
  /** Opens a blob or a part of it. `blob_not_found`, `blob_range`. The stream outlives a delete. */
  open(
    key: string,
    range?: { start?: number; endInclusive?: number; signal?: AbortSignal },
  ): Promise<OpenedBlob>
  head(key: string): Promise<{ sizeBytes: number } | undefined>
  /** Fine where there is nothing. */
  delete(key: string): Promise<void>
  /** Removes what killed uploads left behind and is older than this; says how many. */
  sweepIncoming(olderThanMs: number): Promise<number>
  /** Throws where the store cannot be reached. */
  check(): Promise<void>
}

const KEY = /^[a-z0-9][a-z0-9-]{0,39}(?:\/[a-z0-9][a-z0-9-]{0,79}){1,4}$/

/** Refuses what is not a key of ours: no dots, no upper case, no climbing. */
export function checkKey(key: string): string {
  if (!KEY.test(key)) throw badKey()
  return key
}

/** Where content with this hash lives. */
export function contentKey(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw badKey()
  return `sha256/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`
}

/** A key that tells nothing, for what must not be addressed by content. */
export function randomKey(room: string): string {
  const id = randomUUID()
  return checkKey(`${room}/${id.slice(0, 2)}/${id}`)
}
