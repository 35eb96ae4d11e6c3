import { EditSetPage } from '../../../../features/apps/sets/ui/edit-set-page'

export default function EditSet() {
  return <EditSetPage />
}
