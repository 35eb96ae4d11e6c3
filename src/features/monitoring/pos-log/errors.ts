import { failure } from '../../../core/errors'

export const entryNotFound = failure(
  'not_found',
  'pos_log_entry_not_found',
  'There is no such entry in the POS log, or not any more.',
)
