import { failure } from '../../core/errors'

export const operatorNotFound = failure('not_found', 'operator_not_found', 'There is no such operator.')
export const usernameTaken = failure(
  'conflict',
  'username_taken',
  'There is an operator with this name or e-mail already.',
)
export const emailTaken = failure('conflict', 'email_taken', 'There is an operator with this e-mail already.')
export const sessionNotFound = failure('not_found', 'session_not_found', 'There is no such session.')
export const lastAdmin = failure(
  'conflict',
  'last_admin',
  'This is the last active administrator: make another one first.',
)
export const apiKeyNotFound = failure('not_found', 'api_key_not_found', 'There is no such API key.')
export const scopeBeyondOwn = failure(
  'forbidden',
  'scope_beyond_own',
  'Nobody can give rights that they do not have themselves, nor take them from who has more.',
)
export const limitsUnknown = failure(
  'unprocessable',
  'limits_unknown',
  'These limits name groups or merchants that do not exist: take them out, or name others.',
)
export const personNeeded = failure(
  'forbidden',
  'person_needed',
  'An API key cannot give this to anybody, nor change who has it: an administrator signs in and does it.',
)
export const apiKeyEnded = failure('unauthenticated', 'unauthenticated', 'The API key has ended meanwhile.')
export const expiresInPast = failure('invalid_input', 'expires_in_past', 'A key must expire in the future.')
export const apiKeyRevoked = failure(
  'conflict',
  'api_key_revoked',
  'This key is revoked for good. Make another one.',
)
export const apiKeyExpired = failure(
  'conflict',
  'api_key_expired',
  'This key has expired. Give it a later end first.',
)
