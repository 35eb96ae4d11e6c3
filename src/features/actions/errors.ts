import { failure } from '../../core/errors'

export const actionNotFound = failure(
  'not_found',
  'action_not_found',
  'There is no such action for this terminal.',
)
export const stateConflict = failure(
  'conflict',
  'state_conflict',
  'The action is past this state already: states only move forward.',
)
export const notRetryable = failure(
  'conflict',
  'action_not_retryable',
  'Only an action that failed or was rejected can be tried again.',
)
