import { AppsPage } from '../../../features/apps/catalog/ui/apps-page'

export default function Applications() {
  return <AppsPage />
}
