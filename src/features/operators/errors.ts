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
export const apiKeyEnded = failure('unauthenticated', 'unauthenticated', 'The API key has ended meanwhile.')
export const expiresInPast = failure('invalid_input', 'expires_in_past', 'A key must expire in the future.')
export const noConfirmingOfficer = failure(
  'conflict',
  'no_confirming_officer',
  'Another key officer has to confirm this, and nobody active may: neither the person concerned, nor who was appointed by you alone. Let another administrator ask, or use the command line on the server: psm operators …',
)
export const appointmentNotFound = failure(
  'not_found',
  'appointment_not_found',
  'This change does not wait any more.',
)
export const appointmentOfOwn = failure(
  'forbidden',
  'appointment_of_own',
  'Nobody confirms what is about themselves or what they have asked for.',
)
export const appointmentOfRequester = failure(
  'forbidden',
  'appointment_of_requester',
  'Who asks has appointed you without anybody confirming it: another key officer must confirm this.',
)
export const officersConfirm = failure(
  'forbidden',
  'officers_confirm',
  'Only a person in the role of a key officer confirms this.',
)
