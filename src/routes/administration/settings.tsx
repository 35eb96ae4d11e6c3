import { SettingsPage } from '../../features/system/ui/settings-page'

export default function Settings() {
  return <SettingsPage />
}
