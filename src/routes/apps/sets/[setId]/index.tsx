import { SetPage } from '../../../../features/apps/delivery/ui/set-page'

export default function OneSet() {
  return <SetPage />
}
