import type { Readable } from 'node:stream'
import type { BlobKey } from './keys'
import type { StoreMark } from './mark'

/**
 * Bytes on their way in: a Node stream, a Web stream, or anything that yields chunks. A chunk belongs to the store once
 * it was yielded. When a put is refused the source is let go: a Node stream is destroyed, a Web stream cancelled. Who
 * still has to answer over the same connection passes `request.iterator({ destroyOnReturn: false })`.
 */
export type ByteSource = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>

export interface PutOptions {
  /** Refused as `blob_too_large` while it is still coming. */
  maxBytes: number
  /** What the content must hash to, lower-case hexadecimal; else `blob_hash_mismatch` and nothing is kept. */
  sha256?: string
  /** Gives the put up with the signal's reason. It counts until the last byte is in, not after. */
  signal?: AbortSignal
  /** A source that yields nothing for this long is given up as `blob_source_stalled`. Default 30 s. */
  idleMs?: number
}

export interface StoredBlob {
  key: BlobKey
  /** Our own count and hash, made while the bytes went through. */
  sha256: string
  sizeBytes: number
  /** False: the same content was there already. */
  created: boolean
}

export interface OpenOptions {
  /** First byte wanted. */
  start?: number
  /** Last byte wanted, inclusive as in HTTP; what lies past the end is cut off. */
  endInclusive?: number
  /** Ends the stream with an AbortError. */
  signal?: AbortSignal
}

/** A blob that lies on this machine's disk, to be read into whatever memory its reader has. */
export interface BlobFile {
  sizeBytes: number
  /** Fills the target from a place in the blob on; says how many bytes came. 0 at its end. */
  read(target: Buffer, position: number): Promise<number>
  close(): Promise<void>
}

export interface OpenedBlob {
  /** Of the whole blob. */
  sizeBytes: number
  start: number
  /** Inclusive, as in HTTP; -1 for an empty blob. */
  endInclusive: number
  /** To be read to its end or destroyed. It fails where the bytes end early. */
  stream: Readable
}

export type StoreKind = 'files' | 's3'

/** A blob as a listing finds it. */
export interface ListedBlob {
  key: BlobKey
  store: StoreKind
  sizeBytes: number
  storedAt: Date
}

/** Something that is no blob. */
export interface StrayFile {
  /** Below the store's folder. */
  name: string
  store: StoreKind
  sizeBytes: number
}

/**
 * Where binaries live. Several drivers, one contract (tests/blobs/contract.ts). What a put has answered survives the
 * death of the process; what it refused leaves nothing behind. Names, types and who owns what are the database's
 * business, and so is uniqueness.
 *
 * Refusals carry the codes of `errors.ts`. What a source throws, and the reason of a signal, come out unchanged. A
 * failure of the store itself (`blob_store_failed`, `blob_store_full`, `blob_bucket_missing`) may strike when the last
 * byte is in: then whether the blob is there is unknown, and asking again tells.
 */
export interface BlobStore {
  /**
   * Stores under a key that must be free, else `blob_exists`. The file driver is exact about it; S3 looks before it
   * writes, so of two simultaneous puts under one key both can succeed: use keys that never repeat.
   */
  put(key: BlobKey, source: ByteSource, options: PutOptions): Promise<StoredBlob>
  /** Stores under the content's own SHA-256; the same content twice is one blob. */
  putContent(source: ByteSource, options: PutOptions): Promise<StoredBlob>
  /** Opens a blob or a part of it. `blob_not_found`, `blob_range`. The stream outlives a delete. */
  open(key: BlobKey, options?: OpenOptions): Promise<OpenedBlob>
  head(key: BlobKey): Promise<{ sizeBytes: number } | undefined>
  /** The same as a file, for who reads much; undefined where the store is not on this machine. `blob_not_found`. */
  openFile(key: BlobKey): Promise<BlobFile | undefined>
  /**
   * A URL from which whoever has it may fetch the blob for so many seconds; undefined where the store has none, or where
   * the key is in a room that is nobody's but ours (`mayHaveAddress`), and its bytes go through this server.
   */
  addressOf(key: BlobKey, seconds: number): Promise<string | undefined>
  /**
   * All blobs there are, in no order, read from the store as they are asked for; what the store cannot have made is passed
   * over. Of what comes or goes meanwhile some may be among them.
   */
  list(): AsyncGenerator<ListedBlob, void>
  /** What lies in the store and has no blob's name: none of ours can have put it there. A bucket may be shared with others: there it is theirs, and none. */
  strays(): AsyncGenerator<StrayFile, void>
  /** Fine where there is nothing. */
  delete(key: BlobKey): Promise<void>
  /** Removes what killed uploads left behind and is older than this; says how many. Must exceed the longest upload. */
  sweepIncoming(olderThanMs: number): Promise<number>
  /** Writes nothing; throws `blob_store_unreachable`, `blob_bucket_missing` or `blob_store_denied` where the store cannot work. */
  check(): Promise<void>
  /**
   * Whether blobs can be put. May be asked often: a store where that costs something goes by what it found within the last
   * minutes. Throws as `check` does, and `blob_store_full` or `blob_store_failed`.
   */
  checkWrites(): Promise<void>
}

/** One store by itself, which says whose it is. */
export interface MarkedStore extends BlobStore {
  readonly mark: StoreMark
}
