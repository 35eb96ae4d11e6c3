import { and, eq, isNull } from 'drizzle-orm'
import { type MutationScope, mutation } from '../../../core/verb'
import { restoreConnection } from '../../apps/sets'
import {
  holdPlaces,
  isVisible,
  lockStandings,
  moveTids,
  type Standing,
  type StandingTerminal,
  setPlace,
  setReopened,
  setState,
  subjectOf,
} from '../../terminals'
import { swapChanged, swapNotFound, swapUndoOver } from '../errors'
import { type SwapBefore, swaps } from '../tables'
import { moveAssignments } from './assignments'
import { isAsLeft, standingsAfter } from './decide'
import { SwapRef } from './schemas'
import { toSwapView } from './view'

/**
 * Takes a swap back: both terminals stand as before, but for what has gone since, such as a deleted group. A terminal that
 * the swap registered stays registered, without TIDs.
 * `swap_not_found`, `swap_undo_over` after an hour or when it was done, `swap_changed`.
 */
export const undoSwap = mutation(
  { permission: 'terminals:write', input: SwapRef },
  async (scope, { swapId }) => {
    const [found] = await scope.db.select().from(swaps).where(eq(swaps.id, swapId))
    if (found === undefined) throw swapNotFound()
    const { before, oldTerminalId, newTerminalId } = found
    for (const id of [oldTerminalId, newTerminalId])
      if (!(await isVisible(scope.db, scope, id))) throw swapNotFound()
    const there = await holdPlaces(scope, [before.old, before.new])
    const both = await lockStandings(scope, [oldTerminalId, newTerminalId])
    const [old, next] = both as [StandingTerminal, StandingTerminal]
    const row = await close(scope, swapId)
    const left = standingsAfter(before)
    if (!isAsLeft(old.standing, left.old) || !isAsLeft(next.standing, left.new)) throw swapChanged()
    await restore(scope, { old, next, before, there })
    for (const [terminal, was, is] of [
      [old, old.standing, before.old],
      [next, next.standing, { ...before.new, state: next.standing.state }],
    ] as const)
      scope.audit({
        action: 'terminal.swap_undone',
        subject: subjectOf(terminal.row),
        before: { ...was },
        after: { ...is },
      })
    for (const { row } of both) scope.changed({ topic: 'terminal', subjectId: row.id })
    return toSwapView({ ...row, oldSerial: old.row.serial, newSerial: next.row.serial })
  },
)

/** Under the locks of both terminals: of two who take it back at once one does. */
async function close(scope: MutationScope, swapId: string) {
  const now = scope.clock.now()
  const [row] = await scope.db
    .update(swaps)
    .set({ undoneAt: now, retireAt: null, keysRequested: false })
    .where(and(eq(swaps.id, swapId), isNull(swaps.undoneAt), isNull(swaps.retiredAt)))
    .returning()
  if (row === undefined || row.undoUntil < now) throw swapUndoOver()
  return row
}

interface Restored {
  old: StandingTerminal
  next: StandingTerminal
  before: SwapBefore
  /** Merchants and groups that there still are. */
  there: ReadonlySet<string>
}

async function restore(scope: MutationScope, { old, next, before, there }: Restored): Promise<void> {
  const leftOf = ({ merchantId, groupIds, ...place }: Standing) => ({
    ...place,
    merchantId: merchantId !== null && there.has(merchantId) ? merchantId : null,
    groupIds: groupIds.filter((id) => there.has(id)),
  })
  await moveTids(scope, next.row.id, old.row.id)
  await setPlace(scope, next.row.id, leftOf(before.new))
  if (old.standing.state !== before.old.state) {
    await setState(scope, [old.row], { to: before.old.state, action: 'terminal.resumed' })
    await setReopened(scope, old.row.id, before.old.reopenedAt)
  }
  await moveAssignments(scope, next.row.id, old.row.id, before.movedRuleIds)
  if (before.movedSet != null) await restoreConnection(scope, next.row.id, old.row.id, before.movedSet)
}
