import { SlipPage } from '../../../features/eslips/search/ui/slip-page'

export default function Slip() {
  return <SlipPage />
}
