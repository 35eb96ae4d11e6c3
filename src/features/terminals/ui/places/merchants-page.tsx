import { MERCHANTS } from './kinds'
import { PlacesPage } from './places-page'

export function MerchantsPage() {
  return <PlacesPage kind={MERCHANTS} />
}
