import { ConnectPage } from '../../features/profile/ui/connect/connect-page'

export default function AppSets() {
  return <ConnectPage />
}
