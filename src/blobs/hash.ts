import { createHash } from 'node:crypto'
import type { BlobStore } from './blob-store'
import type { BlobKey } from './keys'

/** Reads a blob to its end: what it is, whatever it should be. `blob_not_found`. */
export async function hashOfBlob(
  blobs: BlobStore,
  key: BlobKey,
  signal?: AbortSignal,
): Promise<{ sha256: string; sizeBytes: number }> {
  const { stream, sizeBytes } = await blobs.open(key, { signal })
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk as Uint8Array)
  return { sha256: hash.digest('hex'), sizeBytes }
}
