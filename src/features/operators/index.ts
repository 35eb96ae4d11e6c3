export { copyOfVisibility, requireWithinOwn, seesNoMore } from './rights'
export { createApiKey, findIntegrator, noteApiKeyUse, requireKeyStands } from './service/api-keys'
export { expiringApiKeys } from './service/expiring-keys'
export {
  createOperator,
  findOperator,
  listOperators,
  resetOperatorPassword,
  resetTwoFactor,
  unlockOperator,
} from './service/people'
