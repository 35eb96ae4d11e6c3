import { failure } from '../../core/errors'

export const terminalNotFound = failure('not_found', 'terminal_not_found', 'There is no such terminal.')
export const serialTaken = failure(
  'conflict',
  'serial_taken',
  'A terminal with this serial number is registered already.',
)
/** In place of both where the other terminal is out of the caller's sight: that it is there is none of their business. */
export const registrationRefused = failure(
  'forbidden',
  'registration_refused',
  'You cannot give a terminal this serial number or TID within your limits. Ask somebody who sees all terminals.',
)
export const tidTaken = failure(
  'conflict',
  'tid_taken',
  'This TID belongs to another terminal of the same acquirer.',
)
export const groupNotFound = failure('not_found', 'group_not_found', 'There is no such group.')
export const groupNameTaken = failure(
  'conflict',
  'group_name_taken',
  'There is a group of this name already.',
)
export const merchantNotFound = failure('not_found', 'merchant_not_found', 'There is no such merchant.')
export const placeInLimits = failure(
  'conflict',
  'place_in_limits',
  'Limits of operators, API keys or webhooks name it: take it out of them first.',
)
export const externalIdTaken = failure(
  'conflict',
  'external_id_taken',
  'There is a merchant with this external id already.',
)
export const outsideYourLimits = failure(
  'forbidden',
  'outside_your_limits',
  'You may work with terminals of your groups and merchants only: put the terminal into one of them.',
)
export const transitionRefused = failure(
  'conflict',
  'transition_refused',
  'A terminal in this state cannot be brought into that one.',
)
export const terminalsNotFound = failure(
  'not_found',
  'terminals_not_found',
  'Some of these serial numbers are not registered.',
)
export const alreadyActive = failure(
  'conflict',
  'already_active',
  'Some of these terminals are enrolled already: re-open them first.',
)
export const codeNotFound = failure(
  'not_found',
  'enrollment_code_not_found',
  'There is no such enrolment code.',
)
export const codeBeyondLimits = failure(
  'forbidden',
  'enrollment_code_beyond_limits',
  'This enrolment code is also for terminals that you do not see: who sees them all may revoke it.',
)
export const enrollmentRefused = failure('forbidden', 'enrollment_refused', 'The enrolment was refused.')
export const importHasErrors = failure(
  'unprocessable',
  'import_has_errors',
  'Some rows cannot be imported. Correct them, or ask to leave them out.',
)
export const csvTooLong = failure(
  'too_large',
  'csv_too_long',
  'The CSV has more lines than one import takes.',
)
export const importOutdated = failure(
  'conflict',
  'import_outdated',
  'The registry has changed while the rows were imported; nothing was saved. Look at the preview again.',
)
export const importBusy = failure(
  'unavailable',
  'import_busy',
  'Other long lists are imported just now. Try again.',
)
export const csvWithoutNames = failure(
  'unprocessable',
  'csv_without_names',
  'This is not a CSV with a column of TIDs or of serial numbers.',
)
export const csvQuoteOpen = failure(
  'unprocessable',
  'csv_quote_open',
  'A quotation mark opens a cell and none closes it: what follows it cannot be told apart.',
)
export const csvUnreadable = failure(
  'unprocessable',
  'csv_unreadable',
  'This is not a CSV with a serial column.',
)
