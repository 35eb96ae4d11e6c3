import { failure } from '../../core/errors'

export const auditOutsideLimits = failure(
  'forbidden',
  'audit_outside_limits',
  'The chain has the entries of everybody: only who sees them all may verify it.',
)
