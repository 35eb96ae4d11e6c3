import { createHash } from 'node:crypto'
import { and, asc, eq } from 'drizzle-orm'
import { checkKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { isFailure } from '../../../core/errors'
import { partCountOf } from '../decide'
import { uploadChanged, uploadIncomplete, uploadTooLarge } from '../errors'
import { UPLOAD_PURPOSES, type UploadPurpose } from '../schemas'
import { uploadParts, uploads } from '../tables'
import { findOwn, lockOwn } from './own'
import { endParts } from './sweep'

/** A complete upload, to be read by the verb that uses it. No more than two parts of it are in memory. */
export interface OpenedUpload {
  uploadId: string
  fileName: string
  sizeBytes: number
  /** Of these very bytes: another one once a part was sent again. */
  contentId: string
  /** The whole file, in order. `upload_changed` where a part was replaced meanwhile. */
  stream(): AsyncGenerator<Uint8Array, void>
  /** Any range of it; what lies past the end is cut off. */
  read(start: number, lengthBytes: number): Promise<Buffer>
}

/**
 * Opens the caller's own upload for a verb of another slice.
 * `upload_not_found`, `upload_incomplete`, `upload_too_large` for this purpose.
 */
export async function openUpload(ctx: Ctx, uploadId: string, purpose: UploadPurpose): Promise<OpenedUpload> {
  const upload = await findOwn(ctx, uploadId)
  const { maxBytes } = UPLOAD_PURPOSES[purpose]
  if (upload.sizeBytes > maxBytes) throw uploadTooLarge({ values: { maxBytes } })
  const parts = await ctx.db
    .select({ index: uploadParts.partIndex, key: uploadParts.blobKey })
    .from(uploadParts)
    .where(and(eq(uploadParts.uploadId, uploadId), eq(uploadParts.state, 'kept')))
    .orderBy(asc(uploadParts.partIndex))
  const missing = partCountOf(upload) - parts.length
  if (missing > 0) throw uploadIncomplete({ values: { missingParts: missing } })
  const keys = parts.map((part) => part.key)
  const cache = new PartCache((index) => readPart(ctx, keys[index] ?? ''))
  return {
    uploadId,
    fileName: upload.fileName,
    sizeBytes: upload.sizeBytes,
    contentId: createHash('sha256')
      .update([uploadId, ...keys].join('\n'))
      .digest('hex'),
    async *stream() {
      for (const key of keys) yield* streamPart(ctx, key)
    },
    read: (start, lengthBytes) => readRange(cache, upload, start, lengthBytes),
  }
}

/**
 * The upload was used, or given up: it is gone for its owner, and its bytes are removed by the next sweep. Where it is
 * part of what a verb does, call it in that verb's transaction.
 */
export async function finishUpload(ctx: Ctx, uploadId: string): Promise<void> {
  const upload = await lockOwn(ctx, uploadId)
  await ctx.db.delete(uploads).where(eq(uploads.id, upload.id))
  await endParts(ctx, [upload.id])
}

async function* streamPart(ctx: Ctx, key: string): AsyncGenerator<Uint8Array, void> {
  try {
    const { stream } = await ctx.blobs.open(checkKey(key))
    for await (const chunk of stream) yield chunk as Buffer
  } catch (error) {
    throw isFailure(error) && error.code === 'blob_not_found' ? uploadChanged() : error
  }
}

async function readPart(ctx: Ctx, key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of streamPart(ctx, key)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function readRange(
  cache: PartCache,
  { sizeBytes, partBytes }: { sizeBytes: number; partBytes: number },
  start: number,
  lengthBytes: number,
): Promise<Buffer> {
  const end = Math.min(start + lengthBytes, sizeBytes)
  const pieces: Buffer[] = []
  for (let at = start; at < end; ) {
    const index = Math.floor(at / partBytes)
    const until = Math.min(end, (index + 1) * partBytes)
    const part = await cache.get(index)
    pieces.push(part.subarray(at - index * partBytes, until - index * partBytes))
    at = until
  }
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)
}

const CACHED_PARTS = 2

/** Readers go forward, with looks at the end of the file: the part last used and one more are enough. */
class PartCache {
  readonly #parts = new Map<number, Promise<Buffer>>()

  constructor(readonly load: (index: number) => Promise<Buffer>) {}

  get(index: number): Promise<Buffer> {
    const part = this.#parts.get(index) ?? this.load(index)
    this.#parts.delete(index)
    this.#parts.set(index, part)
    for (const oldest of this.#parts.keys()) {
      if (this.#parts.size <= CACHED_PARTS) break
      this.#parts.delete(oldest)
    }
    return part
  }
}
