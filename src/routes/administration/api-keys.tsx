import { ApiKeysPage } from '../../features/operators/ui/keys/page'

export default function ApiKeys() {
  return <ApiKeysPage />
}
