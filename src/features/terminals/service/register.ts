import { and, asc, eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '../../../core/context'
import type { Failure } from '../../../core/errors'
import { newId } from '../../../core/ids'
import { type MutationScope, mutation } from '../../../core/verb'
import { isLive } from '../decide'
import {
  groupNotFound,
  merchantNotFound,
  outsideYourLimits,
  registrationRefused,
  serialTaken,
  tidTaken,
} from '../errors'
import { isDuplicate, lockTerminal, requireFreeTids, toView } from '../queries'
import { RegisterTerminalInput, type TerminalView, UpdateTerminalInput } from '../schemas'
import { merchants, terminalGroupMembers, terminalGroups, terminals, terminalTids } from '../tables'
import { requireWithinLimits, seesGroup, seesMerchant, visibleTerminals } from '../visibility'

/**
 * Adds a terminal to the registry, in state `expected`.
 * `serial_taken`, `tid_taken`, or `registration_refused` where the caller does not see who has it; `group_not_found`,
 * `merchant_not_found`, `outside_your_limits`.
 */
export const registerTerminal = mutation(
  { permission: 'terminals:write', input: RegisterTerminalInput },
  async (scope, input): Promise<TerminalView> => {
    requireWithinLimits(scope, input)
    await requirePlaces(scope, input)
    return addTerminal(scope, input)
  },
)

/** Registers for a verb that has found out that the caller may place a terminal there. `serial_taken`, `tid_taken`, `registration_refused`. */
export async function addTerminal(
  scope: MutationScope,
  input: z.output<typeof RegisterTerminalInput>,
): Promise<TerminalView> {
  const now = scope.clock.now()
  const id = newId(now.getTime())
  await requireFreeTids(scope, id, input.tids)
  const { tids, groupIds, ...facts } = input
  const [row] = await scope.db
    .insert(terminals)
    .values({ id, ...facts, registeredAt: now, updatedAt: now })
    .onConflictDoNothing({ target: terminals.serial })
    .returning()
  if (row === undefined) throw await serialRefusal(scope, input.serial)
  await insertTids(scope, id, tids, true)
  await insertMemberships(scope, id, groupIds)
  const view = await toView(scope.db, row)
  scope.audit({ action: 'terminal.registered', subject: subjectOf(row), after: view })
  scope.changed({ topic: 'terminal', subjectId: id })
  return view
}

async function serialRefusal(ctx: Ctx, serial: string): Promise<Failure> {
  const [other] = await ctx.db
    .select({ serial: terminals.serial })
    .from(terminals)
    .where(and(eq(terminals.serial, serial), visibleTerminals(ctx)))
  return other === undefined ? registrationRefused() : serialTaken({ values: { serial } })
}

/**
 * Changes registered facts. What is left out stays; lists are replaced as a whole, of the groups those that the caller
 * sees: in others the terminal stays. A merchant out of sight is not the caller's to take away.
 */
export const updateTerminal = mutation(
  { permission: 'terminals:write', input: UpdateTerminalInput },
  async (scope, { terminalId, tids, groupIds: given, ...facts }): Promise<TerminalView> => {
    const row = await lockTerminal(scope, terminalId)
    const before = await toView(scope.db, row)
    const unseen = before.groupIds.filter((id) => !seesGroup(scope, id))
    const groupIds = given && [...new Set([...unseen, ...given])]
    const added = groupIds?.filter((id) => !before.groupIds.includes(id)) ?? []
    const { merchantId = row.merchantId } = facts
    const isMoved = merchantId !== row.merchantId
    await requirePlaces(scope, {
      merchantId: isMoved ? merchantId : null,
      groupIds: added,
    })
    if (isMoved && row.merchantId !== null && !seesMerchant(scope, row.merchantId)) throw outsideYourLimits()
    requireWithinLimits(scope, { merchantId, groupIds: groupIds ?? before.groupIds })
    if (tids !== undefined) {
      await requireFreeTids(scope, terminalId, isLive(row.state) ? tids : [])
      await scope.db.delete(terminalTids).where(eq(terminalTids.terminalId, terminalId))
      await insertTids(scope, terminalId, tids, isLive(row.state))
    }
    if (groupIds !== undefined) {
      const left = before.groupIds.filter((id) => !groupIds.includes(id))
      await scope.db
        .delete(terminalGroupMembers)
        .where(
          and(eq(terminalGroupMembers.terminalId, terminalId), inArray(terminalGroupMembers.groupId, left)),
        )
      await insertMemberships(scope, terminalId, added)
    }
    const [changed] = await scope.db
      .update(terminals)
      .set({ ...facts, updatedAt: scope.clock.now() })
      .where(eq(terminals.id, terminalId))
      .returning()
    const after = await toView(scope.db, changed ?? row)
    if (JSON.stringify(before) === JSON.stringify(after)) scope.nothingChanged()
    else {
      scope.audit({ action: 'terminal.updated', subject: subjectOf(row), before, after })
      scope.changed({ topic: 'terminal', subjectId: terminalId })
    }
    return after
  },
)

export function subjectOf(row: { id: string; serial: string }) {
  return { kind: 'terminal', id: row.id, label: row.serial }
}

/**
 * `merchant_not_found`, `group_not_found` for places that do not exist, or not in the caller's sight. Those that do stay
 * until the transaction ends: whoever deletes one holds it before its terminals, so this comes before them too.
 */
export async function requirePlaces(
  ctx: Pick<Ctx, 'db' | 'actor'>,
  place: { merchantId: string | null; groupIds: readonly string[] },
): Promise<void> {
  if (place.merchantId !== null) {
    const [merchant] = await ctx.db
      .select({ id: merchants.id })
      .from(merchants)
      .where(eq(merchants.id, place.merchantId))
      .for('key share')
    if (merchant === undefined || !seesMerchant(ctx, place.merchantId))
      throw merchantNotFound({ values: { merchantId: place.merchantId } })
  }
  const wanted = new Set(place.groupIds)
  if (wanted.size === 0) return
  const found = await ctx.db
    .select({ id: terminalGroups.id })
    .from(terminalGroups)
    .where(inArray(terminalGroups.id, [...wanted]))
    .orderBy(asc(terminalGroups.id))
    .for('key share')
  for (const { id } of found) if (seesGroup(ctx, id)) wanted.delete(id)
  const [missing] = wanted
  if (missing !== undefined) throw groupNotFound({ values: { groupId: missing } })
}

async function insertTids(
  scope: MutationScope,
  terminalId: string,
  tids: readonly { acquirer: string; tid: string; mid: string }[],
  isLiveNow: boolean,
): Promise<void> {
  if (tids.length === 0) return
  try {
    await scope.db.insert(terminalTids).values(tids.map((one) => ({ terminalId, ...one, isLive: isLiveNow })))
  } catch (error) {
    // Two registrations of one TID at the same moment: the index is the judge.
    if (isDuplicate(error, 'terminal_tids_live')) throw tidTaken(undefined, { cause: error })
    throw error
  }
}

async function insertMemberships(
  scope: MutationScope,
  terminalId: string,
  groupIds: readonly string[],
): Promise<void> {
  const rows = [...new Set(groupIds)].map((groupId) => ({ groupId, terminalId }))
  if (rows.length > 0) await scope.db.insert(terminalGroupMembers).values(rows)
}
