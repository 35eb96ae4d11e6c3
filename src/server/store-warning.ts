import type { BlobStore, StoreKind } from '../blobs/blob-store'
import type { Settings } from '../config'
import type { Logger } from '../core/log'
import { whyFailing } from '../core/reachable'

const SETTINGS = {
  files: 'STORAGE_DIR',
  s3: 'S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY',
} as const

/**
 * Says in one line at the start that the store for binaries does not do what is needed, why, and by which settings. The server runs
 * all the same: a store may come back, and what needs none works.
 * @param requireOwn throws where the store is not ours: into another's nothing is put, not even to try
 */
export async function warnOfStore(
  store: Pick<BlobStore, 'check' | 'checkWrites'>,
  kind: StoreKind,
  { s3 }: Pick<Settings, 's3'>,
  log: Logger,
  requireOwn: () => Promise<void>,
): Promise<void> {
  const problem = await whyFailing(store.check())
  const writing = problem ?? (await whyFailing(requireOwn().then(() => store.checkWrites())))
  if (writing === undefined) return
  log.warn('blob_store_not_usable', {
    // Fields named code are cut out of the log: they may be codes of licences.
    failure: writing.code,
    reason: writing.reason,
    store: kind,
    mayBeRead: problem === undefined,
    settings: SETTINGS[kind],
    ...(kind === 's3' ? { endpoint: s3.endpoint ?? 'AWS', bucket: s3.bucket } : {}),
  })
}
