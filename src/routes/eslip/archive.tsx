import { ArchivePage } from '../../features/eslips/archive/ui/archive-page'

export default function Archive() {
  return <ArchivePage />
}
