import { PackagesPage } from '../../../features/updates/packages/ui/packages-page'

export default function Packages() {
  return <PackagesPage />
}
