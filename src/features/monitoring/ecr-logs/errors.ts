import { failure } from '../../../core/errors'

export const ecrLogNotFound = failure('not_found', 'ecr_log_not_found', 'There is no such log.')
export const nameInvalid = failure(
  'unprocessable',
  'ecr_log_name_invalid',
  'The name must have 1 to 128 characters, none of them a control character, a slash or part of a card number.',
)
export const charsetUnknown = failure(
  'unsupported_media',
  'ecr_log_charset_unknown',
  'The log must be text/plain in utf-8, cp866 or cp1251, or gzip of it.',
)
export const offsetMismatch = failure(
  'conflict',
  'ecr_log_offset_mismatch',
  'This is not where the upload broke off: Upload-Offset of the answer says where to go on.',
)
export const uploadsBusy = failure(
  'unavailable',
  'ecr_log_uploads_busy',
  'Too many logs are coming in at once. Come again later.',
)
export const uploadEnded = failure(
  'unavailable',
  'ecr_log_upload_ended',
  'The upload was given up meanwhile. Begin it again.',
)
export const requestsMany = failure(
  'conflict',
  'ecr_log_requests_many',
  'The terminal has been asked for as many logs as it can be at a time.',
)
export const requestNotFound = failure(
  'not_found',
  'ecr_log_request_not_found',
  'There is no such request for a log.',
)
export const requestEnded = failure(
  'conflict',
  'ecr_log_request_ended',
  'The request has ended: there is nothing to cancel.',
)
export const logsMany = failure(
  'unprocessable',
  'ecr_logs_too_many',
  'More logs fit than one ZIP may have. Narrow the period or choose a terminal.',
)
