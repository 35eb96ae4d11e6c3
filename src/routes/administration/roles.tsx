import { RolesPage } from '../../features/operators/ui/roles/page'

export default function Roles() {
  return <RolesPage />
}
