import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import { callerName, requirePermission } from '../../../core/context'
import { newId } from '../../../core/ids'
import { type MutationScope, mutation } from '../../../core/verb'
import { moveConnection } from '../../apps/sets'
import {
  addTerminal,
  grantCode,
  holdPlaces,
  judgeTransition,
  lockStandings,
  mayEnroll,
  moveTids,
  outsideYourLimits,
  type StandingTerminal,
  seesGroup,
  seesMerchant,
  setPlace,
  setState,
  subjectOf,
} from '../../terminals'
import { swapDoneAlready } from '../errors'
import { SWAP_UNDO_MS } from '../lists'
import { type SwapBefore, swaps } from '../tables'
import { moveAssignments } from './assignments'
import {
  checkPlatform,
  checkSwap,
  missingProducts,
  placeAfter,
  type SwapSide,
  standingsAfter,
} from './decide'
import { SwapInput } from './schemas'
import { loadStandings, lookAt, resolveReplacement, sideOf, sideToRegister } from './sides'
import { toSwapView } from './view'

const MS_PER_DAY = 86_400_000

/**
 * Replaces a broken terminal by another one. What the old one has by its place goes to the new one; the assignments of
 * its TIDs follow them by themselves. The old one is suspended, so that it may still hand over slips and logs, and is
 * retired later. All in one transaction, in which every TID has exactly one live terminal at every moment.
 *
 * `terminal_not_found`, `registration_refused`, `swap_same_terminal`, `swap_other_platform`, `swap_new_has_tids`,
 * `swap_new_not_ready`, `swap_old_ended`, `swap_done_already`, `outside_your_limits`.
 */
export const swapTerminals = mutation(
  { permission: 'terminals:write', input: SwapInput },
  async (scope, input) => {
    const { oldTerminalId, reason } = input
    const meant = await resolveReplacement(scope, input.replacement)
    const isRegistered = 'terminalId' in meant
    const [old, registered] = await lockBoth(
      scope,
      isRegistered ? [oldTerminalId, meant.terminalId] : [oldTerminalId],
    )
    const from = sideOf(old)
    const to = isRegistered ? sideOf(registered as StandingTerminal) : sideToRegister(meant, from)
    await checkEarlier(scope, old)
    checkSwap(from, to)
    checkPlatform(from, to, input.isOtherPlatformMeant)
    const { licences, warnings } = await lookAt(scope, from, to)
    const next = registered ?? (await register(scope, to))
    const before = await move(scope, old, next)
    const row = await record(scope, { old, next, before, reason })
    const enrollment = input.issueCode && mayEnroll(next.row) ? await grant(scope, next) : null
    return {
      ...toSwapView({ ...row, oldSerial: from.serial, newSerial: to.serial }),
      warnings,
      missingProducts: licences === null ? null : missingProducts(licences.old, licences.new),
      enrollment,
    }
  },
)

async function lockBoth(
  scope: MutationScope,
  terminalIds: readonly string[],
): Promise<[old: StandingTerminal, next: StandingTerminal | undefined]> {
  const seen = await loadStandings(scope, terminalIds)
  await holdPlaces(
    scope,
    seen.map(({ standing }) => standing),
  )
  const [old, next] = await lockStandings(scope, terminalIds)
  return [old as StandingTerminal, next]
}

/** Of two who replace the same terminal at once the second finds nothing left to hand over. */
async function checkEarlier(scope: MutationScope, { row, standing }: StandingTerminal): Promise<void> {
  const [open] = await scope.db
    .select({ id: swaps.id })
    .from(swaps)
    .where(and(eq(swaps.oldTerminalId, row.id), isNotNull(swaps.retireAt)))
  if (open !== undefined && standing.tids.length === 0 && row.state !== 'active') throw swapDoneAlready()
}

async function register(scope: MutationScope, { serial, platform, model, standing }: SwapSide) {
  const { merchantId, address, checkInIntervalSeconds, timeZone, mayRedirect, groupIds } = standing
  const place = { merchantId, address, checkInIntervalSeconds, timeZone, mayRedirect, groupIds }
  // Its transport key is another one: that is in the device.
  const fresh = { serial, platform, model, notes: '', tids: [], transportKeyKcv: null }
  const { id } = await addTerminal(scope, { ...fresh, ...place })
  const [registered] = await lockStandings(scope, [id])
  return registered as StandingTerminal
}

/** Gives the new one what the old one has by its place, but leaves it in groups that the caller does not see. */
async function move(
  scope: MutationScope,
  old: StandingTerminal,
  next: StandingTerminal,
): Promise<SwapBefore> {
  const { merchantId } = next.standing
  if (merchantId !== null && merchantId !== old.standing.merchantId && !seesMerchant(scope, merchantId))
    throw outsideYourLimits()
  const kept = next.standing.groupIds.filter((id) => !seesGroup(scope, id))
  const groupIds = [...new Set([...old.standing.groupIds, ...kept])]
  await moveTids(scope, old.row.id, next.row.id)
  await setPlace(scope, next.row.id, placeAfter(old.standing, groupIds))
  const transition = judgeTransition(old.row.state, 'suspend')
  if (transition.outcome === 'changes') await setState(scope, [old.row], transition)
  const movedRuleIds = await moveAssignments(scope, old.row.id, next.row.id)
  const movedSet = await moveConnection(scope, old.row.id, next.row.id)
  return { old: old.standing, new: next.standing, groupIds, movedRuleIds, movedSet }
}

interface Done {
  old: StandingTerminal
  next: StandingTerminal
  before: SwapBefore
  reason: string
}

async function record(scope: MutationScope, { old, next, before, reason }: Done) {
  const now = scope.clock.now()
  // A terminal that is in service again, or leaves it anew, is not retired for what was before.
  await scope.db
    .update(swaps)
    .set({ retireAt: null })
    .where(and(inArray(swaps.oldTerminalId, [old.row.id, next.row.id]), isNotNull(swaps.retireAt)))
  const row = {
    ...{ id: newId(now.getTime()), oldTerminalId: old.row.id, newTerminalId: next.row.id },
    ...{ reason, before, byName: callerName(scope.actor), at: now, keysRequested: true },
    undoUntil: new Date(now.getTime() + SWAP_UNDO_MS),
    undoneAt: null,
    retireAt: new Date(now.getTime() + scope.settings.terminals.swapRetireDays * MS_PER_DAY),
    retiredAt: null,
  }
  await scope.db.insert(swaps).values(row)
  const after = standingsAfter(before)
  scope.audit({
    action: 'terminal.replaced',
    subject: subjectOf(old.row),
    before: { ...before.old },
    after: { ...after.old, replacedBy: next.row.serial, reason },
  })
  scope.audit({
    action: 'terminal.took_over',
    subject: subjectOf(next.row),
    before: { ...before.new },
    after: { ...after.new, replaces: old.row.serial, keysRequested: true },
  })
  for (const { row } of [old, next]) scope.changed({ topic: 'terminal', subjectId: row.id })
  return row
}

async function grant(scope: MutationScope, { row }: StandingTerminal) {
  requirePermission(scope.actor, 'terminals:enroll')
  return grantCode(scope, { terminalIds: [row.id], label: row.serial, expiresInHours: undefined })
}
