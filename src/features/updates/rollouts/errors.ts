import { failure } from '../../../core/errors'

export const rolloutNotFound = failure('not_found', 'rollout_not_found', 'There is no such rollout.')
export const rolloutUnderWay = failure(
  'conflict',
  'rollout_under_way',
  'This rule is on its way by another rollout. Let it finish, or stop it first.',
)
export const rolloutWithoutTerminals = failure(
  'unprocessable',
  'rollout_without_terminals',
  'The rule is assigned to no terminal. Assign it first.',
)
export const wavesDoNotAddUp = failure(
  'unprocessable',
  'waves_do_not_add_up',
  'The waves take more terminals than there are.',
)
export const rolloutChanged = failure(
  'conflict',
  'rollout_changed',
  'Somebody or something changed this rollout meanwhile. Look at it again.',
)
export const rolloutStateRefused = failure(
  'conflict',
  'rollout_state_refused',
  'A rollout in this state cannot do that.',
)
export const nothingToRetry = failure(
  'conflict',
  'nothing_to_retry',
  'No terminal of this rollout has failed.',
)
