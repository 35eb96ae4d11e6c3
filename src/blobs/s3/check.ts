import { uptimeMs } from '../../core/clock'
import type { Failure } from '../../core/errors'
import { blobBucketMissing, blobStoreDenied, blobStoreUnreachable, storeFailure } from '../errors'
import { incomingKey } from '../keys'
import type { S3Bucket } from './client'

const CHECK_TIMEOUT_MS = 5_000
/** How long it is taken for granted that the store takes what is put; what it refused is tried again sooner. */
const BELIEVED_MS = { fine: 300_000, refused: 30_000 }

/**
 * Whether there is the bucket, and it lets us in. Writes nothing.
 * @throws Failure with the store's own word as `reason`
 */
export async function checkBucket({ sdk, client, bucket }: S3Bucket): Promise<void> {
  const soon = () => ({ abortSignal: AbortSignal.timeout(CHECK_TIMEOUT_MS) })
  try {
    try {
      await client.send(new sdk.HeadBucketCommand({ Bucket: bucket }), soon())
    } catch (error) {
      const status = statusOf(error)
      if (status === undefined || status === 404 || status >= 500) throw error
      // An answer to HEAD has no body, and so no reason; the same question by GET has one.
      await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }), soon())
      throw error
    }
  } catch (error) {
    throw bucketFailure(error)
  }
}

function bucketFailure(error: unknown): Failure {
  if (statusOf(error) === 404) return blobBucketMissing(undefined, { cause: error })
  const known = storeFailure(error)
  if (known.code !== 'blob_store_failed') return known
  const { code, name } = error as { code?: unknown; name?: unknown }
  const status = statusOf(error) ?? 500
  const isDenied = known.details.values !== undefined || status === 401 || status === 403
  return (isDenied ? blobStoreDenied : blobStoreUnreachable)(
    { values: { reason: String(code ?? name ?? 'unknown') } },
    { cause: error },
  )
}

/** Puts a few bytes to where uploads come in, and takes them away; not each time it is asked. */
export class WriteCheck {
  #outcome: Promise<Failure | undefined> | undefined
  #believedUntilMs = 0

  constructor(readonly s3: S3Bucket) {}

  /** @throws Failure */
  async ask(): Promise<void> {
    if (this.#outcome === undefined || uptimeMs() >= this.#believedUntilMs) {
      // While it is under way all who ask wait for the same.
      this.#believedUntilMs = Number.POSITIVE_INFINITY
      this.#outcome = this.#try()
    }
    const failure = await this.#outcome
    if (failure !== undefined) throw failure
  }

  async #try(): Promise<Failure | undefined> {
    const failure = await putAndRemove(this.s3).then(
      () => undefined,
      (error: unknown) => bucketFailure(error),
    )
    this.#believedUntilMs = uptimeMs() + (failure === undefined ? BELIEVED_MS.fine : BELIEVED_MS.refused)
    return failure
  }
}

/** What cannot be removed now the janitor finds, if it may. */
async function putAndRemove({ sdk, client, bucket }: S3Bucket): Promise<void> {
  const at = { Bucket: bucket, Key: incomingKey() }
  const soon = () => ({ abortSignal: AbortSignal.timeout(CHECK_TIMEOUT_MS) })
  await client.send(new sdk.PutObjectCommand({ ...at, Body: Buffer.from('psManager was here\n') }), soon())
  await client.send(new sdk.DeleteObjectCommand(at), soon())
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
}
