import { failure } from '../../../core/errors'

export const ruleNotFound = failure('not_found', 'rule_not_found', 'There is no such update rule.')
