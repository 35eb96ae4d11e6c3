import type { TerminalView } from '../../../../terminals/schemas'
import type { StatusDetails } from './live-status'

/** What every tab of a terminal's page is given: the operator's word and the terminal's own. */
export interface TerminalTabProps {
  registered: TerminalView
  reported: StatusDetails
}
