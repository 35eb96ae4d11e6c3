export { copyOfVisibility, requireWithinOwn, seesNoMore } from './rights'
export {
  auditRefusedUse,
  type FoundKey,
  findIntegrators,
  type KeyUse,
  noteApiKeyUse,
  noteRefusedCalls,
  requireKeyStands,
} from './service/api-key-callers'
export { listApiKeys } from './service/api-key-views'
export { createApiKey, personBehind, rotateApiKey } from './service/api-keys'
export { expiringApiKeys } from './service/expiring-keys'
export {
  createOperator,
  findOperator,
  listOperators,
  resetOperatorPassword,
  resetTwoFactor,
  unlockOperator,
} from './service/people'
