import { AssignPage } from '../../../features/profile/ui/assign/assign-page'

export default function Route() {
  return <AssignPage />
}
