import { EcrLogPage } from '../../../features/monitoring/ecr-logs/ui/log-page'

export default function EcrLog() {
  return <EcrLogPage />
}
