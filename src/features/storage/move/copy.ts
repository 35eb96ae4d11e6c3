import type { BlobStore } from '../../../blobs/blob-store'
import { storeFailure } from '../../../blobs/errors'
import { hashOfBlob } from '../../../blobs/hash'
import { type BlobKey, blobKeyOf } from '../../../blobs/keys'
import type { NamedBlob } from '../named'

/** Bytes of a store on another machine come in bursts. */
const IDLE_MS = 120_000
/** Where a row says no size: more than any blob is. */
const MOST_BYTES = 1024 ** 4

export type CopyFault = 'missing' | 'damaged' | 'unreadable' | 'not_written' | 'bad_key'

export type CopyOutcome =
  /** `copied` is false where it was there already, as it should be. */
  | { isDone: true; copied: boolean; sizeBytes: number }
  /** It was deleted while it was copied. */
  | { isDone: true; isGone: true }
  | { isDone: false; fault: CopyFault; detail: string }

const MISSING: CopyOutcome = { isDone: false, fault: 'missing', detail: 'it is in neither store' }

interface Found {
  sha256: string
  sizeBytes: number
}

/**
 * Copies a blob and reads the copy back: only what has the SHA-256 of its row, or of what was read where the row says none,
 * is done. A copy that is there from before is read too, and made anew where it is wrong. The original is not touched.
 * @param from undefined where the settings do not name that store any more
 */
export async function copyBlob(
  from: BlobStore | undefined,
  to: BlobStore,
  named: NamedBlob,
  signal: AbortSignal,
): Promise<CopyOutcome> {
  const key = blobKeyOf(named.key)
  if (key === undefined) return { isDone: false, fault: 'bad_key', detail: 'this is no key of a blob' }
  const there = await read(to, key, signal)
  if (there !== undefined) {
    // Without a hash in its row the original alone can say what it should be.
    const original = named.sha256 === null && from !== undefined ? await read(from, key, signal) : undefined
    if (isAsNamed(there, named) && (original === undefined || original.sha256 === there.sha256))
      return { isDone: true, copied: false, sizeBytes: there.sizeBytes }
    await to.delete(key)
  }
  return from === undefined ? MISSING : copyAnew(from, to, { named, key }, signal)
}

async function copyAnew(
  from: BlobStore,
  to: BlobStore,
  { named, key }: { named: NamedBlob; key: BlobKey },
  signal: AbortSignal,
): Promise<CopyOutcome> {
  let found: Found
  try {
    const { stream } = await from.open(key, { signal })
    found = await to.put(key, stream, { maxBytes: MOST_BYTES, idleMs: IDLE_MS, signal })
  } catch (error) {
    signal.throwIfAborted()
    return refusalOf(error, from, to)
  }
  const wrong = wrongOf(found, named)
  const back = wrong === undefined ? await read(to, key, signal) : undefined
  const isRight = back !== undefined && back.sha256 === found.sha256
  // What is deleted meanwhile is deleted where it was first: then its copy has come too late, and must go.
  if (isRight && (await from.head(key)) !== undefined)
    return { isDone: true, copied: true, sizeBytes: found.sizeBytes }
  await to.delete(key)
  if (isRight) return { isDone: true, isGone: true }
  return wrong === undefined
    ? { isDone: false, fault: 'not_written', detail: 'it was not read back as it was written' }
    : { isDone: false, fault: 'damaged', detail: wrong }
}

/** What lies there; undefined where nothing does. A file that cannot be read to its end is none that could be trusted. */
async function read(store: BlobStore, key: BlobKey, signal: AbortSignal): Promise<Found | undefined> {
  try {
    return await hashOfBlob(store, key, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (storeFailure(error).code === 'blob_not_found') return undefined
    await store.check()
    return { sha256: '', sizeBytes: -1 }
  }
}

const isAsNamed = (found: Found, named: NamedBlob) =>
  wrongOf(found, named) === undefined && found.sizeBytes >= 0

function wrongOf({ sha256, sizeBytes }: Found, named: NamedBlob): string | undefined {
  if (named.sizeBytes !== null && named.sizeBytes !== sizeBytes)
    return `${sizeBytes} bytes instead of ${named.sizeBytes}`
  return named.sha256 !== null && named.sha256 !== sha256 ? `it hashes to ${sha256}` : undefined
}

/** One blob that fails is told; a store that fails ends the move. */
async function refusalOf(error: unknown, from: BlobStore, to: BlobStore): Promise<CopyOutcome> {
  const why = storeFailure(error)
  if (why.code === 'blob_not_found') return MISSING
  if (why.code === 'blob_store_full') throw why
  await Promise.all([from.check(), to.check()])
  const { cause } = why
  return { isDone: false, fault: 'unreadable', detail: cause instanceof Error ? cause.message : why.message }
}
