import { type Failure, failure, isFailure } from '../core/errors'

export const badKey = failure('internal', 'blob_bad_key', 'This is not a key of the blob store.')
export const blobExists = failure('conflict', 'blob_exists', 'There is a blob under this key already.')
export const blobNotFound = failure('not_found', 'blob_not_found', 'There is no such blob.')
export const blobRange = failure('range_not_satisfiable', 'blob_range', 'The range lies outside the blob.')
export const blobTooLarge = failure('too_large', 'blob_too_large', 'The content is larger than it may be.')
export const blobHashMismatch = failure(
  'unprocessable',
  'blob_hash_mismatch',
  'The content does not have the hash it was announced with.',
)
export const blobSourceStalled = failure('timeout', 'blob_source_stalled', 'The content stopped coming.')
export const blobStoreUnreachable = failure(
  'unavailable',
  'blob_store_unreachable',
  'The store for binaries cannot be reached: check its folder, or endpoint, bucket and keys.',
)
export const blobBucketMissing = failure(
  'unavailable',
  'blob_bucket_missing',
  'The bucket for binaries does not exist: create it, or correct its name in the settings.',
)
export const blobStoreNotConfigured = failure(
  'unavailable',
  'blob_store_not_configured',
  'Binaries lie in a store that the settings do not name: for S3 set S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.',
)
/** Values: `reason`, the store's own word: `AccessDenied`, `SignatureDoesNotMatch`, `InvalidAccessKeyId`, … */
export const blobStoreDenied = failure(
  'unavailable',
  'blob_store_denied',
  'The store for binaries refuses the keys of this server, or what they ask for: check S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY and S3_REGION, and the rights of the key.',
)
const blobStoreFull = failure('unavailable', 'blob_store_full', 'The store for binaries has no room left.')
/** The same to whoever asked; values: `reason`. */
const blobStoreRefused = failure(
  'unavailable',
  'blob_store_failed',
  'The store for binaries refused it: check S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY and the rights of that key.',
)
const blobStoreFailed = failure('unavailable', 'blob_store_failed', 'The store for binaries failed.')

const DENIALS = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'AuthorizationHeaderMalformed',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidToken',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
])

/** A refusal stays what it is; whatever else a driver ran into becomes one of the store's own failures. */
export function storeFailure(error: unknown): Failure {
  if (isFailure(error)) return error
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  const options = { cause: error }
  if (code === 'ENOSPC' || code === 'EDQUOT') return blobStoreFull(undefined, options)
  if (name === 'NoSuchBucket') return blobBucketMissing(undefined, options)
  if (typeof name === 'string' && DENIALS.has(name))
    return blobStoreRefused({ values: { reason: name } }, options)
  return blobStoreFailed(undefined, options)
}
