import { LoadingPage } from '../../../features/keys/loads/ui/loading-page'

export default function Loading() {
  return <LoadingPage />
}
