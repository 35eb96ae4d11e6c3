import { LicencesPage } from '../../../features/licenses/ui/licences-page'

export default function Licences() {
  return <LicencesPage />
}
