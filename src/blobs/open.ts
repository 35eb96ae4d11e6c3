import type { MarkedStore, StoreKind } from './blob-store'
import { blobStoreNotConfigured } from './errors'
import { openFileStore } from './filesystem'
import type { BlobStores } from './placed'
import type { S3Settings } from './s3/client'

export type BlobStoreSettings = { kind: 'fs'; directory: string } | ({ kind: 's3' } & S3Settings)

/** Opens the store the settings name. The S3 library is loaded only where it is needed. */
export async function openBlobStore(settings: BlobStoreSettings): Promise<MarkedStore> {
  if (settings.kind === 'fs') return openFileStore(settings.directory)
  const { openS3Store } = await import('./s3/store')
  return openS3Store(settings)
}

/** The stores that these settings name, each opened once. */
export function storesOf(settings: Partial<Record<StoreKind, BlobStoreSettings>>): BlobStores {
  const opened = new Map<StoreKind, Promise<MarkedStore>>()
  return {
    kinds: Object.keys(settings) as StoreKind[],
    open(kind) {
      const known = opened.get(kind)
      if (known !== undefined) return known
      const of = settings[kind]
      if (of === undefined) return Promise.reject(blobStoreNotConfigured({ values: { store: kind } }))
      const opening = openBlobStore(of)
      opened.set(kind, opening)
      opening.catch(() => opened.delete(kind))
      return opening
    },
  }
}
