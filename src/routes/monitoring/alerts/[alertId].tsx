import { AlertPage } from '../../../features/alerts/ui/alert-page'

export default function Alert() {
  return <AlertPage />
}
