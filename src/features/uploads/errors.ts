import { failure } from '../../core/errors'

export const uploadNotFound = failure(
  'not_found',
  'upload_not_found',
  'There is no such upload, or it has expired. Announce it again.',
)
export const uploadTooLarge = failure('too_large', 'upload_too_large', 'The file is larger than it may be.')
export const tooManyUploads = failure(
  // Waiting does not help: a conflict, not 429, by which a client would try again.
  'conflict',
  'too_many_uploads',
  'You have as many uploads open as you may: finish or discard one first.',
)
export const uploadIncomplete = failure(
  'conflict',
  'upload_incomplete',
  'Parts of the upload are missing: send them first.',
)
export const uploadChanged = failure(
  'conflict',
  'upload_changed',
  'Parts of the upload were sent again or discarded while it was in use.',
)
export const partOutOfRange = failure(
  'invalid_input',
  'part_out_of_range',
  'The upload has no part of this number; the first one is 0.',
)
export const partWrongSize = failure(
  'unprocessable',
  'part_wrong_size',
  'The part has not the length it must have. Nothing of it was kept.',
)
export const partTooSlow = failure(
  'timeout',
  'part_too_slow',
  'The part did not arrive in time. Nothing of it was kept; send it again.',
)
export const tooManyParts = failure(
  'rate_limited',
  'too_many_parts_at_once',
  'Too many parts of this upload are on their way at the same moment.',
)
