import { eq } from 'drizzle-orm'
import { type MutationScope, mutation } from '../../../core/verb'
import { endCredentials } from '../../credentials'
import { isLive, mayBecome } from '../decide'
import { tidTaken, transitionRefused } from '../errors'
import { isDuplicate, lockTerminal, type TerminalRow, toView } from '../queries'
import { TerminalRef, type TerminalState, type TerminalView } from '../schemas'
import { terminals, terminalTids } from '../tables'
import { subjectOf } from './register'

const permission = 'terminals:write'

/** It may still check in and hand over slips and logs, but gets no actions, licence, files or keys. */
export const suspendTerminal = mutation({ permission, input: TerminalRef }, (scope, input) =>
  change(scope, input.terminalId, 'suspended', 'terminal.suspended'),
)

export const resumeTerminal = mutation({ permission, input: TerminalRef }, (scope, input) =>
  change(scope, input.terminalId, 'active', 'terminal.resumed', ['suspended']),
)

/** Takes it out of service: its secrets end, its TIDs are free. */
export const retireTerminal = mutation({ permission, input: TerminalRef }, (scope, input) =>
  change(scope, input.terminalId, 'retired', 'terminal.retired'),
)

/** Lost or stolen: its secrets end at once, on every server within seconds. */
export const revokeTerminal = mutation({ permission, input: TerminalRef }, (scope, input) =>
  change(scope, input.terminalId, 'revoked', 'terminal.revoked'),
)

/**
 * Allows a new enrolment. A retired or revoked terminal is awaited again and takes its TIDs back (`tid_taken` where
 * another has one meanwhile). A live one stays as it is and its secret stays good until a new one is first used, so that
 * re-opening by mistake stops no shop.
 */
export const reopenTerminal = mutation({ permission, input: TerminalRef }, async (scope, input) => {
  const row = await lockTerminal(scope, input.terminalId)
  if (!isLive(row.state)) return change(scope, input.terminalId, 'expected', 'terminal.reopened')
  const [changed] = await scope.db
    .update(terminals)
    .set({ reopenedAt: scope.clock.now() })
    .where(eq(terminals.id, row.id))
    .returning()
  scope.audit({
    action: 'terminal.reopened',
    subject: subjectOf(row),
    before: { isReopened: row.reopenedAt !== null },
    after: { isReopened: true, state: row.state },
  })
  return toView(scope.db, changed ?? row)
})

async function change(
  scope: MutationScope,
  terminalId: string,
  to: TerminalState,
  action: string,
  from?: readonly TerminalState[],
): Promise<TerminalView> {
  const row = await lockTerminal(scope, terminalId)
  if (row.state === to) {
    scope.nothingChanged()
    return toView(scope.db, row)
  }
  if (!mayBecome(row.state, to) || (from !== undefined && !from.includes(row.state)))
    throw transitionRefused({ values: { from: row.state, to } })
  const now = scope.clock.now()
  const [changed] = await scope.db
    .update(terminals)
    .set({ state: to, updatedAt: now, reopenedAt: null })
    .where(eq(terminals.id, terminalId))
    .returning()
  if (!isLive(to)) await endCredentials(scope.db, 'terminal', [terminalId], now)
  if (isLive(row.state) !== isLive(to)) await holdTids(scope, row, isLive(to))
  scope.audit({ action, subject: subjectOf(row), before: { state: row.state }, after: { state: to } })
  scope.changed({ topic: 'terminal', subjectId: terminalId })
  return toView(scope.db, changed ?? row)
}

async function holdTids(scope: MutationScope, row: TerminalRow, isHeld: boolean): Promise<void> {
  try {
    await scope.db.update(terminalTids).set({ isLive: isHeld }).where(eq(terminalTids.terminalId, row.id))
  } catch (error) {
    if (isDuplicate(error, 'terminal_tids_live')) throw tidTaken(undefined, { cause: error })
    throw error
  }
}
