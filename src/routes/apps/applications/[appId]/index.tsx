import { AppPage } from '../../../../features/apps/catalog/ui/app-page'

export default function Application() {
  return <AppPage />
}
