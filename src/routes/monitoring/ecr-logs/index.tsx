import { EcrLogsPage } from '../../../features/monitoring/ecr-logs/ui/logs-page'

export default function EcrLogs() {
  return <EcrLogsPage />
}
