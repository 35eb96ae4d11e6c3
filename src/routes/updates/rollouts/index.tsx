import { RolloutsPage } from '../../../features/updates/rollouts/ui/rollouts-page'

export default function Rollouts() {
  return <RolloutsPage />
}
