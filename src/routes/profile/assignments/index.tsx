import { AssignmentsPage } from '../../../features/profile/ui/list/assignments-page'

export default function Route() {
  return <AssignmentsPage />
}
