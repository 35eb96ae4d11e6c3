import { failure } from '../../../core/errors'

export const archiveDeleted = failure(
  'not_found',
  'eslip_archive_deleted',
  'The slips of this archive were deleted after their retention.',
)
export const archiveUnreadable = failure(
  'unavailable',
  'eslip_archive_unreadable',
  'The file of this archive is missing or damaged. Verify the archives.',
)
