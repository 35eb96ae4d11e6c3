import type { TerminalState } from './lists'

/**
 * The life of a terminal.
 *
 *   expected ──first use of a token──▶ active ◀──▶ suspended
 *   any but retired, revoked ──▶ retired      (taken out of service; its TIDs are free again)
 *   any but revoked ──▶ revoked               (lost or stolen: its secrets end at once)
 *   retired, revoked ──re-open──▶ expected
 *
 * Re-opening an active or suspended terminal changes no state: it allows a new enrolment beside the old secret, which
 * ends when the new one is first used. A terminal re-opened by mistake goes on taking payments.
 */
const ALLOWED: Record<TerminalState, readonly TerminalState[]> = {
  expected: ['active', 'retired', 'revoked'],
  active: ['suspended', 'retired', 'revoked'],
  suspended: ['active', 'retired', 'revoked'],
  retired: ['expected', 'revoked'],
  revoked: ['expected'],
}

export function mayBecome(from: TerminalState, to: TerminalState): boolean {
  return ALLOWED[from].includes(to)
}

/** A live terminal holds its TIDs; others give them free. */
export function isLive(state: TerminalState): boolean {
  return state !== 'retired' && state !== 'revoked'
}

/** True where a code may enrol this terminal: it is awaited, or an operator has re-opened it. */
export function mayEnroll(terminal: { state: TerminalState; reopenedAt: Date | null }): boolean {
  return terminal.state === 'expected' || (isLive(terminal.state) && terminal.reopenedAt !== null)
}

/** What an operator does to a terminal's state. Its verb, and where that leads. */
export type StateVerb = 'suspend' | 'resume' | 'retire' | 'revoke' | 'reopen'

const TRANSITIONS: Record<Exclude<StateVerb, 'reopen'>, { to: TerminalState; action: string }> = {
  suspend: { to: 'suspended', action: 'terminal.suspended' },
  resume: { to: 'active', action: 'terminal.resumed' },
  retire: { to: 'retired', action: 'terminal.retired' },
  revoke: { to: 'revoked', action: 'terminal.revoked' },
}

export type Transition =
  | { outcome: 'changes'; to: TerminalState; action: string }
  /** A live terminal may enrol anew beside its old secret: its state stays. */
  | { outcome: 'reopens' }
  | { outcome: 'already_so' }
  | { outcome: 'transition_refused'; to: TerminalState }

/** What a verb does to a terminal in this state: the one judgement of single and bulk work, and of its preview. */
export function judgeTransition(from: TerminalState, verb: StateVerb): Transition {
  if (verb === 'reopen')
    return isLive(from)
      ? { outcome: 'reopens' }
      : { outcome: 'changes', to: 'expected', action: 'terminal.reopened' }
  const { to, action } = TRANSITIONS[verb]
  if (from === to) return { outcome: 'already_so' }
  // An awaited terminal becomes active by its first use of a token, never by an operator.
  const isAllowed = mayBecome(from, to) && (verb !== 'resume' || from === 'suspended')
  return isAllowed ? { outcome: 'changes', to, action } : { outcome: 'transition_refused', to }
}
