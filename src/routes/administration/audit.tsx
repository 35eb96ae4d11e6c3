import { AuditPage } from '../../features/audit/ui/page'

export default function Audit() {
  return <AuditPage />
}
