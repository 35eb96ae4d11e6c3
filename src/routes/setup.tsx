import { SetupPage } from '../features/operators/ui/sign-in/setup-page'

export default function Setup() {
  return <SetupPage />
}
