import { BatchesPage } from '../../features/keys/loads/ui/batches-page'

export default function Batches() {
  return <BatchesPage />
}
