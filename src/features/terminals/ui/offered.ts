import type { TerminalState } from '../lists'

export type StateAction = 'suspend' | 'resume' | 'retire' | 'revoke' | 'reopen'

/** What may be done with a terminal in each state. */
export const OFFERED_IN: Record<TerminalState, readonly StateAction[]> = {
  expected: ['retire', 'revoke'],
  active: ['suspend', 'reopen', 'retire', 'revoke'],
  suspended: ['resume', 'reopen', 'retire', 'revoke'],
  retired: ['reopen', 'revoke'],
  revoked: ['reopen'],
}
/** Whether an enrolment code makes sense: it is awaited, or was re-opened; else the server refuses. */
export const mayTakeCode = (terminal: { state: TerminalState; isReopened: boolean }): boolean =>
  terminal.state === 'expected' || terminal.isReopened
