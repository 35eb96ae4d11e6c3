import { ComparePage } from '../../../features/apps/sets/ui/compare-page'

export default function Compare() {
  return <ComparePage />
}
