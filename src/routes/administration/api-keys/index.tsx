import { ApiKeysPage } from '../../../features/operators/ui/keys/keys-page'

export default function ApiKeys() {
  return <ApiKeysPage />
}
