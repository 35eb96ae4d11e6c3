import { VersionPage } from '../../../../../features/apps/catalog/ui/version-page'

export default function Version() {
  return <VersionPage />
}
