import { NewRolloutPage } from '../../../features/updates/rollouts/ui/new-rollout-page'

export default function NewRollout() {
  return <NewRolloutPage />
}
