import { SetsPage } from '../../../features/apps/delivery/ui/sets-page'

export default function Sets() {
  return <SetsPage />
}
