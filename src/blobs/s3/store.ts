import { Readable } from 'node:stream'
import type {
  ByteSource,
  ListedBlob,
  MarkedStore,
  OpenedBlob,
  OpenOptions,
  PutOptions,
  StoredBlob,
  StrayFile,
} from '../blob-store'
import { blobExists, blobNotFound, storeFailure } from '../errors'
import { type BlobKey, blobKeyOf, checkKey, contentKey, incomingKey, mayHaveAddress } from '../keys'
import type { StoreMark } from '../mark'
import { Meter } from '../meter'
import { resolveRange } from '../range'
import { checkBucket, WriteCheck } from './check'
import { connect, S3_LIMITS, type S3Bucket, type S3Limits, type S3Settings } from './client'
import { copy } from './copy'
import { guardDownload } from './download'
import { listObjects } from './list'
import { s3Mark } from './mark'
import { sweepObjects, sweepUploads } from './sweep'
import { upload } from './upload'

/**
 * Blobs in an S3-compatible bucket, which must exist. Works with what all such servers have in common: no conditional
 * writes, no checksums but our own, no trust in ETags. So exclusive create is a look before the write, not a promise:
 * keys never repeat, and uniqueness is the database's business. Content of unknown hash goes to `incoming/` first and
 * is copied to its name inside the store.
 */
export async function openS3Store(settings: S3Settings, limits: S3Limits = S3_LIMITS): Promise<MarkedStore> {
  return new S3Store(await connect(settings, limits))
}

class S3Store implements MarkedStore {
  readonly mark: StoreMark
  readonly #writes: WriteCheck

  constructor(readonly s3: S3Bucket) {
    this.mark = s3Mark(s3)
    this.#writes = new WriteCheck(s3)
  }

  async put(key: BlobKey, source: ByteSource, options: PutOptions): Promise<StoredBlob> {
    const meter = new Meter(source, options)
    await meter.guard(async () => {
      if ((await this.#sizeOf(checkKey(key))) !== undefined) throw blobExists()
      await upload(this.s3, key, meter)
    })
    return { key, created: true, ...meter.result() }
  }

  async putContent(source: ByteSource, options: PutOptions): Promise<StoredBlob> {
    const meter = new Meter(source, options)
    const incoming = incomingKey()
    return meter.guard(async () => {
      await upload(this.s3, incoming, meter)
      try {
        const received = meter.result()
        const key = contentKey(received.sha256)
        const created = (await this.#sizeOf(key)) === undefined
        if (created) await copy(this.s3, incoming, key, received.sizeBytes)
        return { key, created, ...received }
      } finally {
        // What cannot be removed now the janitor finds.
        await this.#remove(incoming).catch(() => {})
      }
    })
  }

  async open(key: BlobKey, options: OpenOptions = {}): Promise<OpenedBlob> {
    const found = await this.head(key)
    if (found === undefined) throw blobNotFound()
    const { sizeBytes } = found
    const range = resolveRange(sizeBytes, options)
    if (sizeBytes === 0) return { sizeBytes, ...range, stream: Readable.from([]) }
    return { sizeBytes, ...range, stream: await this.#read(key, range, options.signal) }
  }

  async head(key: BlobKey): Promise<{ sizeBytes: number } | undefined> {
    const sizeBytes = await this.#sizeOf(checkKey(key))
    if (sizeBytes !== undefined) return { sizeBytes }
    // The answer for no such object and for no such bucket is the same.
    await this.check()
    return undefined
  }

  async openFile(key: BlobKey): Promise<undefined> {
    checkKey(key)
  }

  async addressOf(key: BlobKey, seconds: number): Promise<string | undefined> {
    if (!mayHaveAddress(checkKey(key))) return undefined
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner')
    const { sdk, bucket, signer } = this.s3
    const command = new sdk.GetObjectCommand({
      Bucket: bucket,
      Key: key,
      // Signed with the rest: whoever has the address can make no page of ours of it.
      ResponseContentType: 'application/octet-stream',
      ResponseContentDisposition: 'attachment',
      ResponseCacheControl: 'private, immutable, max-age=31536000',
    })
    return getSignedUrl(signer, command, { expiresIn: seconds }).catch(failed)
  }

  async *list(): AsyncGenerator<ListedBlob, void> {
    try {
      for await (const { name, sizeBytes, storedAt } of listObjects(this.s3)) {
        const key = blobKeyOf(name)
        if (key !== undefined) yield { key, store: 's3', sizeBytes, storedAt }
      }
    } catch (error) {
      throw storeFailure(error)
    }
  }

  async *strays(): AsyncGenerator<StrayFile, void> {}

  async delete(key: BlobKey): Promise<void> {
    await this.#remove(checkKey(key)).catch(failed)
  }

  async sweepIncoming(olderThanMs: number): Promise<number> {
    try {
      return (await sweepObjects(this.s3, olderThanMs)) + (await sweepUploads(this.s3, olderThanMs))
    } catch (error) {
      throw storeFailure(error)
    }
  }

  check(): Promise<void> {
    return checkBucket(this.s3)
  }

  checkWrites(): Promise<void> {
    return this.#writes.ask()
  }

  async #read(
    key: BlobKey,
    { start, endInclusive }: { start: number; endInclusive: number },
    signal: AbortSignal | undefined,
  ): Promise<Readable> {
    const { sdk, bucket, client, limits } = this.s3
    const Range = `bytes=${start}-${endInclusive}`
    try {
      const { Body, ContentLength } = await client.send(
        new sdk.GetObjectCommand({ Bucket: bucket, Key: key, Range }),
        signal === undefined ? {} : { abortSignal: signal },
      )
      const body = Body as Readable
      const sizeBytes = endInclusive - start + 1
      if (ContentLength === sizeBytes)
        return guardDownload(body, { sizeBytes, idleMs: limits.downloadIdleMs, signal })
      body.destroy()
      throw new Error(`asked for ${sizeBytes} bytes, offered ${ContentLength}`)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      throw nameOf(error) === 'NoSuchKey' ? blobNotFound() : storeFailure(error)
    }
  }

  async #sizeOf(Key: string): Promise<number | undefined> {
    const { sdk, bucket, client } = this.s3
    try {
      const { ContentLength } = await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key }))
      return ContentLength ?? 0
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw storeFailure(error)
    }
  }

  async #remove(Key: string): Promise<void> {
    await this.s3.client.send(new this.s3.sdk.DeleteObjectCommand({ Bucket: this.s3.bucket, Key }))
  }
}

function failed(error: unknown): never {
  throw storeFailure(error)
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
}

function nameOf(error: unknown): unknown {
  return (error as { name?: unknown }).name
}
