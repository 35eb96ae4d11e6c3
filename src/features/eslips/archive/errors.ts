import { failure } from '../../../core/errors'

export const archiveNotFound = failure(
  'not_found',
  'eslip_archive_not_found',
  'There is no such archive, or you may not see it.',
)
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
export const archivesOutsideLimits = failure(
  'forbidden',
  'eslip_archives_outside_limits',
  'Archives have the slips of all merchants: only who sees them all may verify archives.',
)
export const holdNotFound = failure('not_found', 'eslip_hold_not_found', 'There is no such hold.')
export const holdReleased = failure('conflict', 'eslip_hold_released', 'The hold was released before.')
