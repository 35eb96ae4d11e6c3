import { failure } from '../../core/errors'

export const wrappingKeyUnknown = failure(
  'unavailable',
  'wrapping_key_unknown',
  'A key file is sealed under a wrapping key that this server does not have: restore it from a backup, or add it to KEY_WRAPPING_KEYS.',
)
export const wrappedKeyUnreadable = failure(
  'unavailable',
  'wrapped_key_unreadable',
  'The data key of a key file cannot be opened: it was changed, or belongs to another file.',
)
export const wrappingKeysBroken = failure(
  'unavailable',
  'wrapping_keys_broken',
  'The file of wrapping keys cannot be read as one: restore it from a backup.',
)
export const keyFileUnreadable = failure(
  'unavailable',
  'key_file_unreadable',
  'The bytes of a key file cannot be opened: they are gone, or are not those that were deposited.',
)
export const keyFilePurged = failure(
  'not_found',
  'key_file_purged',
  'The bytes of the key file are destroyed.',
)
export const keySequenceConflict = failure(
  'conflict',
  'key_sequence_conflict',
  'Other bytes have been deposited for this terminal under this sequence number.',
)
export const keySequenceOld = failure(
  'conflict',
  'key_sequence_old',
  'A file with a higher sequence number has been deposited for this terminal.',
)
export const keyFileRefused = failure(
  'unprocessable',
  'key_file_refused',
  'The file breaks rules: `rules` has their numbers, `issues` where they are broken.',
)
export const rotationUnfinished = failure(
  'unavailable',
  'rotation_unfinished',
  'Some key files are held by others all the time: both wrapping keys are kept. Call again to go on.',
)
export const keyFileNotFound = failure('not_found', 'key_file_not_found', 'There is no such key file.')
export const keyFileNotRevocable = failure(
  'conflict',
  'key_file_ended',
  'The key file has come to its end: its bytes are destroyed already.',
)
export const reasonHoldsKey = failure(
  'unprocessable',
  'reason_holds_key',
  'The reason holds what may be a key in clear. Keys are written nowhere: say it without.',
)
export const keysNotHeld = failure(
  'conflict',
  'keys_not_held',
  'The bytes of the failed file are destroyed already: the key system must deposit a new one.',
)
export const officersOnly = failure(
  'forbidden',
  'key_officers_only',
  'Keys are approved by a person in the role of a key officer, not by a program.',
)
