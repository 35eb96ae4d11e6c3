import { AlertsPage } from '../../../features/alerts/ui/alerts-page'

export default function Alerts() {
  return <AlertsPage />
}
