export { webhookTotals } from './service/traffic'
