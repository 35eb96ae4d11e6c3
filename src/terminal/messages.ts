import { type ActionParts, actionResultMessage } from '../features/actions/terminal'
import { type SlipParts, slipsMessage } from '../features/eslips/ingest/terminal'
import { keyMessages } from '../features/keys/terminal'
import { licenceMessage } from '../features/licenses/terminal'
import { type EcrLogParts, ecrLogMessages } from '../features/monitoring/ecr-logs/terminal'
import { type FileParts, filesMessage } from '../features/updates/delivery/terminal'
import { type CheckInParts, checkInMessage } from './check-in'
import { tokenMessage } from './enroll'
import type { TerminalMessage } from './message'

export type TerminalParts = CheckInParts & ActionParts & SlipParts & FileParts & EcrLogParts

/** The same list for the published document, which needs no parts: nothing of it is ever handled. */
export function documentedMessages(): TerminalMessage[] {
  return terminalMessages({} as TerminalParts)
}

/** Everything an enrolled terminal may send. */
export function terminalMessages(parts: TerminalParts): TerminalMessage[] {
  return [
    checkInMessage(parts),
    tokenMessage(),
    actionResultMessage(parts),
    licenceMessage,
    filesMessage(parts),
    ...keyMessages,
    slipsMessage(parts),
    ...ecrLogMessages(parts),
  ]
}
