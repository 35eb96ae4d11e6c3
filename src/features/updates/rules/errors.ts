import { failure } from '../../../core/errors'

export const ruleNotFound = failure('not_found', 'rule_not_found', 'There is no such update rule.')
export const dryRunBusy = failure(
  'unavailable',
  'dry_run_busy',
  'As many dry-runs are under way as this server makes at once. Try again in some seconds.',
)
export const ruleChanged = failure(
  'conflict',
  'rule_changed',
  'Somebody has changed the rule since it was read: read it again first.',
)
export const ruleNameTaken = failure(
  'conflict',
  'rule_name_taken',
  'There is an update rule with this name already.',
)
export const ruleInRollout = failure(
  'conflict',
  'rule_in_rollout',
  'A rollout of this rule is under way: stop it first.',
)
export const ruleAssigned = failure(
  'conflict',
  'rule_assigned',
  'The rule is assigned to terminals: deleting it takes it from them, which has to be confirmed.',
)
export const rulePackagesMissing = failure(
  'unprocessable',
  'rule_packages_missing',
  'Packages of the rule are not there.',
)
export const rulePackagesForeign = failure(
  'unprocessable',
  'rule_packages_foreign',
  'Packages of the rule are for another platform.',
)
export const ruleStepsImpossible = failure(
  'unprocessable',
  'rule_steps_impossible',
  'No terminal could take these steps in this order.',
)
export const rulePeriodEmpty = failure(
  'unprocessable',
  'rule_period_empty',
  'The rule ends before it begins.',
)
