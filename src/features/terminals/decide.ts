import type { TerminalState } from './schemas'

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
