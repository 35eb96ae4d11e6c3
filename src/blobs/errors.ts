import { failure } from '../core/errors'

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
