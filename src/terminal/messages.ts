import { actionResultMessage } from '../features/actions/terminal'
import { licenceMessage } from '../features/licenses/terminal'
import { type CheckInParts, checkInMessage } from './check-in'
import { tokenMessage } from './enroll'
import type { TerminalMessage } from './message'

/** Everything an enrolled terminal may send. */
export function terminalMessages(parts: CheckInParts): TerminalMessage[] {
  return [checkInMessage(parts), tokenMessage(), actionResultMessage, licenceMessage]
}
