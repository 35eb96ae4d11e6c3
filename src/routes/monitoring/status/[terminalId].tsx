import { TerminalPage } from '../../../features/monitoring/status/ui/terminal/terminal-page'
import { TerminalUpdates } from '../../../features/updates/delivery/ui/terminal-updates'

const MORE_TABS = [
  {
    value: 'updates',
    title: 'fleet.tab.updates',
    permission: 'updates:read',
    view: TerminalUpdates,
    after: 'actions',
  },
] as const

export default function Route() {
  return <TerminalPage moreTabs={MORE_TABS} />
}
