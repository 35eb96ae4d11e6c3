import { failure } from '../../core/errors'

export const badBlobCursor = failure(
  'invalid_input',
  'bad_blob_cursor',
  'This is no place to go on from: give it as it was told, such as license:sha256/ab/….',
)
export const blobStoreForeign = failure(
  'unavailable',
  'blob_store_foreign',
  'The store for binaries does not bear the id that this database expects: every server needs the same folder, or the same S3_ settings, that the database was used with before. Only where its files are lost, or were brought there by hand: psm blobs adopt, with --take-over-store where it bears the id of an installation that is dead.',
)
export const blobsBeingMoved = failure(
  'conflict',
  'blobs_being_moved',
  'Somebody moves the blobs just now: one at a time can.',
)
export const serversLackStore = failure(
  'conflict',
  'servers_lack_store',
  'There are servers whose settings do not name this store: set it on all of them, restart them, and call again.',
)
export const filesNotShared = failure(
  'conflict',
  'files_not_shared',
  'Servers run on several machines. Where STORAGE_DIR/blobs is one folder for all of them and for this call, say so by --shared-folder.',
)
export const serversNotFollowing = failure(
  'unavailable',
  'servers_not_following',
  'There are servers that do not work by the new place yet, or still store what they had begun before. Call again: it goes on from here.',
)
export const blobsNotAllMoved = failure(
  'conflict',
  'blobs_not_all_moved',
  'There are blobs that are not in the new store as they should be: the old one cannot be let go of.',
)
