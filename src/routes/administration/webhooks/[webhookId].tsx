import { WebhookPage } from '../../../features/webhooks/ui/webhook-page'

export default function Webhook() {
  return <WebhookPage />
}
