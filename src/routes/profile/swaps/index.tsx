import { SwapsPage } from '../../../features/profile/ui/swap/swaps-page'

export default function Route() {
  return <SwapsPage />
}
