import { HealthPage } from '../../features/system/ui/health-page'

export default function System() {
  return <HealthPage />
}
