import { eq, inArray } from 'drizzle-orm'
import { chunksOf } from '../../../core/chunks'
import { type MutationScope, mutation } from '../../../core/verb'
import { endCredentials } from '../../credentials'
import { isLive, judgeTransition, type StateVerb } from '../decide'
import { tidTaken, transitionRefused } from '../errors'
import type { TerminalState } from '../lists'
import { isDuplicate, lockTerminal, type TerminalRow, toView } from '../queries'
import { TerminalRef, type TerminalView } from '../schemas'
import { terminals, terminalTids } from '../tables'
import { subjectOf } from './register'

const permission = 'terminals:write'

/** It may still check in and hand over slips and logs, but gets no actions, licence, files or keys. */
export const suspendTerminal = mutation({ permission, input: TerminalRef }, (scope, input) =>
  change(scope, input.terminalId, 'suspend'),
)

export const resumeTerminal = mutation({ permission, input: TerminalRef }, (scope, input) =>
  change(scope, input.terminalId, 'resume'),
)

/** Takes it out of service: its secrets end, its TIDs are free. */
export const retireTerminal = mutation({ permission, input: TerminalRef }, (scope, input) =>
  change(scope, input.terminalId, 'retire'),
)

/** Lost or stolen: its secrets end at once, on every server within seconds. */
export const revokeTerminal = mutation({ permission, input: TerminalRef }, (scope, input) =>
  change(scope, input.terminalId, 'revoke'),
)

/**
 * Allows a new enrolment. A retired or revoked terminal is awaited again and takes its TIDs back (`tid_taken` where
 * another has one meanwhile). A live one stays as it is and its secret stays good until a new one is first used, so that
 * re-opening by mistake stops no shop.
 */
export const reopenTerminal = mutation({ permission, input: TerminalRef }, (scope, input) =>
  change(scope, input.terminalId, 'reopen'),
)

async function change(scope: MutationScope, terminalId: string, verb: StateVerb): Promise<TerminalView> {
  const row = await lockTerminal(scope, terminalId)
  const transition = judgeTransition(row.state, verb)
  if (transition.outcome === 'transition_refused')
    throw transitionRefused({ values: { from: row.state, to: transition.to } })
  if (transition.outcome === 'already_so') scope.nothingChanged()
  else if (transition.outcome === 'reopens') {
    await allowEnrolment(scope, [row])
  } else {
    await setState(scope, [row], transition)
    scope.changed({ topic: 'terminal', subjectId: terminalId })
  }
  const [changed] = await scope.db.select().from(terminals).where(eq(terminals.id, terminalId))
  return toView(scope.db, changed ?? row)
}

/** Lets live terminals, locked by the caller, enrol anew. */
export async function allowEnrolment(scope: MutationScope, rows: readonly TerminalRow[]): Promise<void> {
  for (const chunk of chunksOf(rows))
    await scope.db
      .update(terminals)
      .set({ reopenedAt: scope.clock.now() })
      .where(inArray(terminals.id, idsOf(chunk)))
  for (const row of rows)
    scope.audit({
      action: 'terminal.reopened',
      subject: subjectOf(row),
      before: { isReopened: row.reopenedAt !== null },
      after: { isReopened: true, state: row.state },
    })
}

/** Brings terminals, locked by the caller and judged, into a state: secrets end and TIDs are freed or taken with it. */
export async function setState(
  scope: MutationScope,
  rows: readonly TerminalRow[],
  { to, action }: { to: TerminalState; action: string },
): Promise<void> {
  const now = scope.clock.now()
  for (const chunk of chunksOf(rows)) {
    const ids = idsOf(chunk)
    await scope.db
      .update(terminals)
      .set({ state: to, updatedAt: now, reopenedAt: null })
      .where(inArray(terminals.id, ids))
    if (!isLive(to)) await endCredentials(scope.db, 'terminal', ids, now)
    await holdTids(scope, idsOf(chunk.filter((row) => isLive(row.state) !== isLive(to))), isLive(to))
  }
  for (const row of rows)
    scope.audit({ action, subject: subjectOf(row), before: { state: row.state }, after: { state: to } })
}

const idsOf = (rows: readonly TerminalRow[]) => rows.map((row) => row.id)

async function holdTids(scope: MutationScope, ids: readonly string[], isHeld: boolean): Promise<void> {
  if (ids.length === 0) return
  try {
    await scope.db
      .update(terminalTids)
      .set({ isLive: isHeld })
      .where(inArray(terminalTids.terminalId, [...ids]))
  } catch (error) {
    if (isDuplicate(error, 'terminal_tids_live')) throw tidTaken(undefined, { cause: error })
    throw error
  }
}
