import { failure } from '../../core/errors'

export const alertNotFound = failure(
  'not_found',
  'alert_not_found',
  'There is no such alert, or the caller does not see it.',
)
export const alertRuleChanged = failure(
  'conflict',
  'alert_rule_changed',
  'Somebody has changed this rule meanwhile. Read it again.',
)
export const alertRecipientNotFound = failure(
  'not_found',
  'alert_recipient_not_found',
  'There is no such address for mails about alerts.',
)
export const alertRecipientExists = failure(
  'conflict',
  'alert_recipient_exists',
  'This address is there already.',
)
export const tooManyAlertRecipients = failure(
  'conflict',
  'too_many_alert_recipients',
  'There are as many addresses as there may be: delete one first, or use a mailing list.',
)
export const mailNotSet = failure(
  'conflict',
  'mail_not_set',
  'No mail server is set: SMTP_URL, MAIL_FROM and PUBLIC_URL are needed.',
)
export const thresholdOutOfRange = failure(
  'unprocessable',
  'alert_threshold_out_of_range',
  'The threshold is out of the range of this kind, or missing, or the kind has none.',
)
export const clearThresholdTooLow = failure(
  'unprocessable',
  'alert_clear_threshold_too_low',
  'The value at which the alert clears must be above the one at which it is raised.',
)
