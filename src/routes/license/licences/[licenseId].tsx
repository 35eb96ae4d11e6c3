import { LicencePage } from '../../../features/licenses/ui/licence-page'

export default function Licence() {
  return <LicencePage />
}
