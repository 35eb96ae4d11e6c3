import { TerminalAppsTab } from '../../../features/apps/delivery/ui/terminal-apps'
import { KeysTab } from '../../../features/keys/loads/ui/terminal-keys'
import { TerminalPosLog } from '../../../features/monitoring/pos-log/ui/terminal-pos-log'
import { TerminalPage } from '../../../features/monitoring/status/ui/terminal/terminal-page'
import { ProfileTab } from '../../../features/profile/ui/terminal/profile-tab'
import { TerminalUpdates } from '../../../features/updates/delivery/ui/terminal-updates'

const MORE_TABS = [
  {
    value: 'profile',
    title: 'profile.terminal.title',
    permission: 'updates:read',
    view: ProfileTab,
    after: 'actions',
  },
  {
    value: 'updates',
    title: 'fleet.tab.updates',
    permission: 'updates:read',
    view: TerminalUpdates,
    after: 'actions',
  },
  {
    value: 'apps',
    title: 'sets.terminal.apps',
    permission: 'apps:read',
    view: TerminalAppsTab,
    after: 'actions',
  },
  { value: 'keys', title: 'keys.page.tab', permission: 'keys:read', view: KeysTab, after: 'licences' },
  {
    value: 'pos-log',
    title: 'posLog.terminal.tab',
    permission: 'pos-log:read',
    view: TerminalPosLog,
    after: 'slips',
  },
] as const

export default function Route() {
  return <TerminalPage moreTabs={MORE_TABS} />
}
