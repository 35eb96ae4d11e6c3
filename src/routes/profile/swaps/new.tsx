import { SwapPage } from '../../../features/profile/ui/swap/swap-page'

export default function Route() {
  return <SwapPage />
}
