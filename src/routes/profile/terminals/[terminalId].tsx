import { ProfilePage } from '../../../features/profile/ui/terminal/profile-page'

export default function Route() {
  return <ProfilePage />
}
