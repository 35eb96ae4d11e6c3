import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
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

export interface S3Settings {
  endpoint?: string | undefined
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
}

type Sdk = typeof import('@aws-sdk/client-s3')

const PART_BYTES = 8 * 1024 * 1024
const PARTS_IN_FLIGHT = 2
const CONNECT_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 120_000
/** CopyObject takes no more in one call. */
const COPY_LIMIT_BYTES = 5 * 1024 ** 3

/**
 * Blobs in an S3-compatible bucket. Works with what all of them have in common: no conditional writes, no checksums but
 * our own, no trust in ETags. Exclusive create is a look before the write; keys never repeat and uniqueness is the
 * database's business.
 *
 * Uploads go in parts of 8 MiB, two at a time, so memory stays bounded. Content of unknown hash goes to `incoming/`
 * first and is copied to its name inside the store.
 */
export async function openS3Store(settings: S3Settings): Promise<BlobStore> {
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client({
    region: settings.region,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint, forcePathStyle: true }),
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    // Older servers refuse what newer SDKs send by default: trailers with checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
  })
  return new S3Store(sdk, client, settings.bucket)
}

class S3Store implements BlobStore {
  constructor(
    readonly sdk: Sdk,
    readonly client: S3Client,
    readonly bucket: string,
  ) {}

  async put(key: string, source: ByteSource, options: PutOptions): Promise<StoredBlob> {
    checkKey(key)
    if ((await this.head(key)) !== undefined) throw blobExists()
    return { key, created: true, ...(await this.#upload(key, source, options)) }
  }

  async putContent(source: ByteSource, options: PutOptions): Promise<StoredBlob> {
    const incoming = `incoming/${randomUUID()}`
    const received = await this.#upload(incoming, source, options)
    const key = contentKey(received.sha256)
    try {
      const created = (await this.head(key)) === undefined
      if (created) await this.#copy(incoming, key, received.sizeBytes)
      return { key, created, ...received }
    } finally {
      await this.delete(incoming).catch(() => {})
    }
  }

  async open(
    key: string,
    range: { start?: number; endInclusive?: number; signal?: AbortSignal } = {},
  ): Promise<OpenedBlob> {
    const found = await this.head(key)
    if (found === undefined) throw blobNotFound()
    const { sizeBytes } = found
    const { start = 0, signal } = range
    if (sizeBytes === 0 && start === 0)
      return { sizeBytes, start, endInclusive: -1, stream: Readable.from([]) }
    const endInclusive = Math.min(range.endInclusive ?? sizeBytes - 1, sizeBytes - 1)
    if (start < 0 || start >= sizeBytes || endInclusive < start) throw blobRange({ values: { sizeBytes } })
    const answer = await this.client
      .send(
        new this.sdk.GetObjectCommand({
          Bucket: this.bucket,
          Key: checkKey(key),
          Range: `bytes=${start}-${endInclusive}`,
        }),
        signal === undefined ? {} : { abortSignal: signal },
      )
      .catch(translate)
    return { sizeBytes, start, endInclusive, stream: answer.Body as Readable }
  }

  async head(key: string): Promise<{ sizeBytes: number } | undefined> {
    try {
      const answer = await this.client.send(
        new this.sdk.HeadObjectCommand({ Bucket: this.bucket, Key: checkKey(key) }),
      )
      return { sizeBytes: answer.ContentLength ?? 0 }
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  async delete(key: string): Promise<void> {
    await this.client.send(new this.sdk.DeleteObjectCommand({ Bucket: this.bucket, Key: checkKey(key) }))
  }

  async sweepIncoming(olderThanMs: number): Promise<number> {
    const isOld = (at: Date | undefined) => at !== undefined && Date.now() - at.getTime() >= olderThanMs
    let removed = 0
    let after: string | undefined
    do {
      const page = await this.client.send(
        new this.sdk.ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: 'incoming/',
          ContinuationToken: after,
        }),
      )
      for (const object of page.Contents ?? []) {
        if (object.Key === undefined || !isOld(object.LastModified)) continue
        await this.delete(object.Key)
        removed++
      }
      after = page.IsTruncated ? page.NextContinuationToken : undefined
    } while (after !== undefined)
    return removed + (await this.#abortOldUploads(isOld))
  }

  async check(): Promise<void> {
    try {
      await this.client.send(new this.sdk.HeadBucketCommand({ Bucket: this.bucket }))
    } catch (error) {
      throw blobStoreUnreachable(undefined, { cause: error })
    }
  }

  async #abortOldUploads(isOld: (at: Date | undefined) => boolean): Promise<number> {
    let removed = 0
    let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
    for (;;) {
      const page = await this.client.send(
        new this.sdk.ListMultipartUploadsCommand({ Bucket: this.bucket, ...markers }),
      )
      for (const upload of page.Uploads ?? []) {
        if (!isOld(upload.Initiated)) continue
        await this.client.send(
          new this.sdk.AbortMultipartUploadCommand({
            Bucket: this.bucket,
            Key: upload.Key,
            UploadId: upload.UploadId,
          }),
        )
        removed++
      }
      if (!page.IsTruncated) return removed
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    }
  }

  async #upload(
    key: string,
    source: ByteSource,
    options: PutOptions,
  ): Promise<{ sha256: string; sizeBytes: number }> {
    const { Upload } = await import('@aws-sdk/lib-storage')
    const metered = meter(source, options)
    const failed = new AbortController()
    const upload = new Upload({
      client: this.#stoppable(failed),
      params: { Bucket: this.bucket, Key: key, Body: Readable.from(metered.chunks, { objectMode: false }) },
      partSize: PART_BYTES,
      queueSize: PARTS_IN_FLIGHT,
    })
    try {
      await upload.done()
    } catch (error) {
      await metered.chunks.return()
      throw failed.signal.aborted ? failed.signal.reason : error
    }
    return metered.result()
  }

  /**
   * When one part fails the others must not go on reading the source to its end; only the request that removes the
   * unfinished upload still goes out.
   */
  #stoppable(failed: AbortController): S3Client {
    const { client, sdk } = this
    const send = (command: Parameters<S3Client['send']>[0]) =>
      command instanceof sdk.AbortMultipartUploadCommand
        ? client.send(command)
        : client.send(command, { abortSignal: failed.signal }).catch((error: unknown) => {
            failed.abort(error)
            throw error
          })
    return { config: client.config, send } as unknown as S3Client
  }

  async #copy(from: string, to: string, sizeBytes: number): Promise<void> {
    const source = { Bucket: this.bucket, Key: to }
    if (sizeBytes < COPY_LIMIT_BYTES) {
      await this.client.send(
        new this.sdk.CopyObjectCommand({
          ...source,
          CopySource: `${this.bucket}/${from}`,
          MetadataDirective: 'REPLACE',
        }),
      )
      return
    }
    await this.#copyInParts(from, to, sizeBytes)
  }

  async #copyInParts(from: string, to: string, sizeBytes: number): Promise<void> {
    const target = { Bucket: this.bucket, Key: to }
    const { UploadId } = await this.client.send(new this.sdk.CreateMultipartUploadCommand(target))
    try {
      const Parts: { ETag: string | undefined; PartNumber: number }[] = []
      for (let start = 0, PartNumber = 1; start < sizeBytes; start += COPY_LIMIT_BYTES / 5, PartNumber++) {
        const end = Math.min(start + COPY_LIMIT_BYTES / 5, sizeBytes) - 1
        const copied = await this.client.send(
          new this.sdk.UploadPartCopyCommand({
            ...target,
            UploadId,
            PartNumber,
            CopySource: `${this.bucket}/${from}`,
            CopySourceRange: `bytes=${start}-${end}`,
          }),
        )
        Parts.push({ ETag: copied.CopyPartResult?.ETag, PartNumber })
      }
      await this.client.send(
        new this.sdk.CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
      )
    } catch (error) {
      await this.client.send(new this.sdk.AbortMultipartUploadCommand({ ...target, UploadId }))
      throw error
    }
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
}

function translate(error: unknown): never {
  if (statusOf(error) === 404) throw blobNotFound(undefined, { cause: error })
  if (statusOf(error) === 416) throw blobRange(undefined, { cause: error })
  throw error
}
