import { judgeTransition, type StateVerb } from './decide'
import type { TerminalState } from './lists'
import type { TerminalChange } from './schemas'

/** What is known of a terminal when a change of many is judged. */
export interface Candidate {
  state: TerminalState
  merchantId: string | null
  checkInIntervalSeconds: number | null
  timeZone: string | null
  mayRedirect: boolean
  groupIds: readonly string[]
  /** Another live terminal of the acquirer, or one earlier in the same work, has one of its TIDs. */
  isTidTaken: boolean
}

export type SkipReason = 'already_so' | 'transition_refused' | 'tid_taken' | 'outside_your_limits'

/**
 * Why a change leaves a terminal as it is; undefined: it changes it. The preview of bulk work and the work itself.
 * @param isWithinLimits whether the caller sees a terminal that is placed so
 */
export function skipReason(
  terminal: Candidate,
  change: TerminalChange,
  isWithinLimits: (place: { merchantId: string | null; groupIds: readonly string[] }) => boolean,
): SkipReason | undefined {
  const placed = (place: Partial<Candidate>) =>
    isWithinLimits({ ...terminal, ...place }) ? undefined : ('outside_your_limits' as const)
  switch (change.kind) {
    case 'addToGroup':
      return terminal.groupIds.includes(change.groupId) ? 'already_so' : undefined
    case 'removeFromGroup':
      if (!terminal.groupIds.includes(change.groupId)) return 'already_so'
      return placed({ groupIds: terminal.groupIds.filter((id) => id !== change.groupId) })
    case 'setMerchant':
      if (terminal.merchantId === change.merchantId) return 'already_so'
      if (terminal.merchantId !== null && !isWithinLimits({ merchantId: terminal.merchantId, groupIds: [] }))
        return 'outside_your_limits'
      return placed({ merchantId: change.merchantId })
    case 'setInterval':
      return terminal.checkInIntervalSeconds === change.seconds ? 'already_so' : undefined
    case 'setTimeZone':
      return terminal.timeZone === change.timeZone ? 'already_so' : undefined
    case 'setRedirect':
      return terminal.mayRedirect === change.mayRedirect ? 'already_so' : undefined
    default:
      return skippedTransition(terminal, change.kind)
  }
}

function skippedTransition({ state, isTidTaken }: Candidate, verb: StateVerb): SkipReason | undefined {
  const { outcome } = judgeTransition(state, verb)
  if (outcome === 'changes') return verb === 'reopen' && isTidTaken ? 'tid_taken' : undefined
  return outcome === 'reopens' ? undefined : outcome
}
