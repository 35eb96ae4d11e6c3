export { createApiKey, findIntegrator, noteApiKeyUse } from './service/api-keys'
export { createOperator, findOperator, resetOperatorPassword } from './service/people'
