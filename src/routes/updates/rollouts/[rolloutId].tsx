import { RolloutPage } from '../../../features/updates/rollouts/ui/rollout-page'

export default function Rollout() {
  return <RolloutPage />
}
