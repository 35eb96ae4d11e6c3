import { PackagePage } from '../../../features/updates/packages/ui/package-page'

export default function Package() {
  return <PackagePage />
}
