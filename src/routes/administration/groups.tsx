import { GroupsPage } from '../../features/terminals/ui/places/groups-page'

export default function Groups() {
  return <GroupsPage />
}
