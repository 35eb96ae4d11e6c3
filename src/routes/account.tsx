import { AccountPage } from '../features/operators/ui/account/page'

export default function Account() {
  return <AccountPage />
}
