import type { AsyncBuffer, FileMetaData } from 'hyparquet'
import type { BlobStore } from '../../../../blobs/blob-store'
import type { BlobKey } from '../../../../blobs/keys'
import type { Ctx } from '../../../../core/context'
import { readFooter } from '../format/decode'
import { cacheOf, type FileCache } from './cache'

/** Files are read in parts of this length, so that the many small reads of an index are few requests. */
const BLOCK_BYTES = 256 * 1024

export interface OpenFile {
  buffer: AsyncBuffer
  metadata: FileMetaData
}

/** Opens a file where it lies: its footer is read, and whatever is asked for then, by Range. */
export async function openFile(
  { blobs }: Pick<Ctx, 'blobs'>,
  key: BlobKey,
  cache: FileCache = cacheOf(blobs),
): Promise<OpenFile> {
  const { sizeBytes, metadata } = await remembered(cache.footers, key, () => describe(blobs, cache, key))
  return { buffer: bufferOf(blobs, cache, key, sizeBytes), metadata }
}

async function describe(blobs: BlobStore, cache: FileCache, key: BlobKey) {
  const head = await blobs.head(key)
  if (head === undefined) throw new Error('The file is not there.')
  const metadata = await readFooter(bufferOf(blobs, cache, key, head.sizeBytes))
  return { sizeBytes: head.sizeBytes, metadata }
}

/** A file as the library reads it: whatever part is asked for, by Range. */
export function bufferOf(blobs: BlobStore, cache: FileCache, key: BlobKey, sizeBytes: number): AsyncBuffer {
  return {
    byteLength: sizeBytes,
    async slice(start: number, end = sizeBytes) {
      const bytes = new Uint8Array(end - start)
      const first = Math.floor(start / BLOCK_BYTES)
      const blocks: Promise<Uint8Array>[] = []
      for (let at = first; at * BLOCK_BYTES < end; at++)
        blocks.push(remembered(cache.blocks, `${key} ${at}`, () => readBlock(blobs, key, at)))
      for (const [index, block] of (await Promise.all(blocks)).entries()) {
        const blockStart = (first + index) * BLOCK_BYTES
        const part = block.subarray(Math.max(0, start - blockStart), end - blockStart)
        bytes.set(part, Math.max(0, blockStart - start))
      }
      return bytes.buffer
    },
  }
}

async function readBlock(blobs: BlobStore, key: BlobKey, at: number): Promise<Uint8Array<ArrayBuffer>> {
  const start = at * BLOCK_BYTES
  const { stream } = await blobs.open(key, { start, endInclusive: start + BLOCK_BYTES - 1 })
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk as Uint8Array)
  return new Uint8Array(Buffer.concat(chunks))
}

interface Kept<Value> {
  get(key: string): Promise<Value> | undefined
  set(key: string, value: Promise<Value>): void
  delete(key: string): void
}

/** Asks once, also for who asks meanwhile; a failure is not remembered. */
function remembered<Value>(kept: Kept<Value>, key: string, read: () => Promise<Value>): Promise<Value> {
  const known = kept.get(key)
  if (known !== undefined) return known
  const asked = read()
  kept.set(key, asked)
  asked.catch(() => kept.delete(key))
  return asked
}
