import { SlipPage } from '../../../features/eslips/browse/ui/slip-page'

export default function Slip() {
  return <SlipPage />
}
