import type { BlobStore } from './blob-store'
import { openFileStore } from './filesystem'
import type { S3Settings } from './s3/client'

export type BlobStoreSettings = { kind: 'fs'; directory: string } | ({ kind: 's3' } & S3Settings)

/** Opens the store the settings name. The S3 library is loaded only where it is needed. */
export async function openBlobStore(settings: BlobStoreSettings): Promise<BlobStore> {
  if (settings.kind === 'fs') return openFileStore(settings.directory)
  const { openS3Store } = await import('./s3/store')
  return openS3Store(settings)
}
