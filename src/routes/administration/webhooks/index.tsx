import { WebhooksPage } from '../../../features/webhooks/ui/webhooks-page'

export default function Webhooks() {
  return <WebhooksPage />
}
