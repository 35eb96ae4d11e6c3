import { StatusPage } from '../../../features/monitoring/status/ui/status-page'

export default function Route() {
  return <StatusPage />
}
