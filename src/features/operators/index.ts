export { createApiKey, findIntegrator, noteApiKeyUse } from './service/api-keys'
export { createOperator, listOperators, resetOperatorPassword } from './service/people'
