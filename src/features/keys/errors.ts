import { failure } from '../../core/errors'

export const keyFileNotFound = failure('not_found', 'key_file_not_found', 'There is no such key file.')
export const keyFileNotRevocable = failure(
  'conflict',
  'key_file_ended',
  'The key file has come to its end: its bytes are destroyed already.',
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
