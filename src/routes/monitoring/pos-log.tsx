import { PosLogPage } from '../../features/monitoring/pos-log/ui/pos-log-page'

export default function Route() {
  return <PosLogPage />
}
