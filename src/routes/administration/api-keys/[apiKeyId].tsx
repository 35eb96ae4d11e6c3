import { ApiKeyPage } from '../../../features/operators/ui/keys/key-page'

export default function ApiKey() {
  return <ApiKeyPage />
}
