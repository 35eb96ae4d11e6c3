import { NewSetPage } from '../../../features/apps/sets/ui/new-set-page'

export default function NewSet() {
  return <NewSetPage />
}
