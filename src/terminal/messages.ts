import { actionResultMessage } from '../features/actions/terminal'
import { licenceMessage } from '../features/licenses/terminal'
import { type CheckInParts, checkInMessage } from './check-in'
import { tokenMessage } from './enroll'
import type { TerminalMessage } from './message'

/** The same list for the published document, which needs no parts: nothing of it is ever handled. */
export function documentedMessages(): TerminalMessage[] {
  return terminalMessages({} as CheckInParts)
}

/** Everything an enrolled terminal may send. */
export function terminalMessages(parts: CheckInParts): TerminalMessage[] {
  return [checkInMessage(parts), tokenMessage(), actionResultMessage, licenceMessage]
}
