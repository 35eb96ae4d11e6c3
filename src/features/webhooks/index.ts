export { type WebhookTotals, webhookTotals } from './service/traffic'
