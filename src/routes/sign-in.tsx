import { SignInPage } from '../features/operators/ui/sign-in/page'

export default function SignIn() {
  return <SignInPage />
}
