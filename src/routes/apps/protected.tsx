import { ProtectedPage } from '../../features/apps/sets/ui/protected-page'

export default function Protected() {
  return <ProtectedPage />
}
