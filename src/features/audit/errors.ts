import { failure } from '../../core/errors'

export const auditEntryNotFound = failure(
  'not_found',
  'audit_entry_not_found',
  'There is no such entry, or it is not yours to see.',
)

export const auditOutsideLimits = failure(
  'forbidden',
  'audit_outside_limits',
  'The chain has the entries of everybody: only who sees them all may verify it.',
)
