import { NumbersPage } from '../../features/licenses/ui/numbers-page'

export default function Numbers() {
  return <NumbersPage />
}
