import { GROUPS } from './kinds'
import { PlacesPage } from './places-page'

export function GroupsPage() {
  return <PlacesPage kind={GROUPS} />
}
