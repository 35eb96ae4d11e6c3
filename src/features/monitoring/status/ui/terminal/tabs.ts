import type { Component } from 'solid-js'
import type { TextKey } from '../../../../../i18n'
import { TerminalActions } from '../../../../actions/ui/terminal-actions'
import { TerminalSlips } from '../../../../eslips/browse/ui/terminal-slips'
import { TerminalLicences } from '../../../../licenses/ui/terminal-licences'
import { TidsTab } from '../../../../terminals/ui/tids-tab'
import { TerminalEcrLogs } from '../../../ecr-logs/ui/terminal-logs'
import { AuditTab } from './audit-tab'
import { HistoryTab } from './history-tab'
import { OverviewTab } from './overview-tab'
import { SoftwareTab } from './software-tab'
import type { TerminalTabProps } from './tab-props'

export interface TerminalTab {
  /** As the address names it. */
  value: string
  title: TextKey
  permission: string
  view: Component<TerminalTabProps>
}

/** A tab handed to the page, with the one it stands behind. */
export interface AddedTab extends TerminalTab {
  after: string
}

/**
 * The tabs of a terminal's page, in their order. A slice that knows something about one terminal adds its own here; one that
 * asks monitoring itself is handed to the page by its route, else the two would stand on each other.
 */
export const TERMINAL_TABS: readonly TerminalTab[] = [
  { value: 'overview', title: 'fleet.tab.overview', permission: 'status:read', view: OverviewTab },
  { value: 'software', title: 'fleet.tab.software', permission: 'status:read', view: SoftwareTab },
  { value: 'history', title: 'fleet.tab.history', permission: 'status:read', view: HistoryTab },
  { value: 'actions', title: 'fleet.tab.actions', permission: 'actions:read', view: TerminalActions },
  { value: 'licences', title: 'fleet.tab.licences', permission: 'licenses:read', view: TerminalLicences },
  { value: 'slips', title: 'fleet.tab.slips', permission: 'eslips:read', view: TerminalSlips },
  { value: 'ecr-logs', title: 'fleet.tab.ecrLogs', permission: 'ecr-logs:read', view: TerminalEcrLogs },
  { value: 'tids', title: 'fleet.tab.tids', permission: 'terminals:read', view: TidsTab },
  { value: 'audit', title: 'fleet.tab.audit', permission: 'audit:read', view: AuditTab },
]
