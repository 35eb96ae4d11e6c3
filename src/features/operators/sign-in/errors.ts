import { failure } from '../../../core/errors'

export const notSignedIn = failure('unauthenticated', 'unauthenticated', 'Sign in first.')
/** The same for unknown logins, wrong passwords and closed accounts. */
export const invalidCredentials = failure(
  'unauthenticated',
  'invalid_credentials',
  'User name or e-mail and password do not go together.',
)
export const signInLocked = failure(
  'rate_limited',
  'sign_in_locked',
  'Too many failed attempts. Wait, or ask an administrator to unlock.',
)
export const tooManyRequests = failure('rate_limited', 'too_many_requests', 'This address asks too often.')
export const signInBusy = failure(
  'unavailable',
  'sign_in_busy',
  'Too many people sign in just now. Try again.',
)
export const invalidCode = failure(
  'unauthenticated',
  'invalid_code',
  'This code is wrong or was used already.',
)
export const secondFactorExpired = failure(
  'unauthenticated',
  'second_factor_expired',
  'The password was given too long ago, or too many codes were wrong. Start again.',
)
export const codeNeeded = failure(
  'forbidden',
  'code_needed',
  'The account has a second factor: send its code with the password.',
)
export const wrongPassword = failure('forbidden', 'wrong_password', 'The password is wrong.')
export const twoFactorEnabled = failure(
  'conflict',
  'two_factor_already_enabled',
  'The second factor is on already.',
)
export const twoFactorNotStarted = failure(
  'conflict',
  'two_factor_not_started',
  'Ask for a new second factor before confirming it.',
)
export const twoFactorNotEnabled = failure('conflict', 'two_factor_not_enabled', 'There is no second factor.')
export const twoFactorRequired = failure(
  'forbidden',
  'two_factor_required',
  'The role of this account needs a second factor: it cannot be switched off.',
)
export const setupRefused = failure(
  'forbidden',
  'setup_refused',
  'This link is not good any more: it has been used, is too old, or there is an operator already.',
)
export const foreignOrigin = failure('forbidden', 'foreign_origin', 'This call comes from another site.')
export const unknownMessage = failure('not_found', 'unknown_path', 'There is nothing at this address.')
export const onlyPost = failure('method_not_allowed', 'method_not_allowed', 'This address takes POST.')
export const notJson = failure(
  'unsupported_media',
  'unsupported_media_type',
  'The body must be application/json.',
)
export const malformedJson = failure('invalid_input', 'malformed_json', 'The body is not JSON in UTF-8.')
export const bodyTimeout = failure('timeout', 'body_timeout', 'The body stopped coming. Send it again.')
