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
