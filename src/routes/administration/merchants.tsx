import { MerchantsPage } from '../../features/terminals/ui/places/merchants-page'

export default function Merchants() {
  return <MerchantsPage />
}
