import { asc, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import type { MutationScope } from '../../../core/verb'
import type { TerminalState } from '../lists'
import { lockTerminal, type TerminalRow } from '../queries'
import { merchants, terminalGroupMembers, terminalGroups, terminals, terminalTids } from '../tables'

/** What a terminal has because of where it stands, as it can be given to another and taken back. */
export interface Place {
  merchantId: string | null
  address: string
  checkInIntervalSeconds: number | null
  timeZone: string | null
  mayRedirect: boolean
  /** In the order of their ids. */
  groupIds: string[]
}

export interface Standing extends Place {
  state: TerminalState
  reopenedAt: string | null
  tids: { acquirer: string; tid: string; mid: string }[]
}

export interface StandingTerminal {
  row: TerminalRow
  standing: Standing
}

/**
 * Keeps merchants and groups from being deleted until the transaction ends, and says which of them there are. Whoever
 * deletes one holds it before its terminals, so this comes before them too.
 */
export async function holdPlaces(
  scope: MutationScope,
  places: readonly Pick<Place, 'merchantId' | 'groupIds'>[],
): Promise<Set<string>> {
  const merchantIds = places.flatMap(({ merchantId }) => merchantId ?? [])
  const groupIds = places.flatMap((place) => place.groupIds)
  const there = new Set<string>()
  if (merchantIds.length > 0) {
    const held = scope.db.select({ id: merchants.id }).from(merchants)
    const found = held.where(inArray(merchants.id, merchantIds)).orderBy(asc(merchants.id)).for('key share')
    for (const { id } of await found) there.add(id)
  }
  if (groupIds.length > 0) {
    const held = scope.db.select({ id: terminalGroups.id }).from(terminalGroups)
    const found = held
      .where(inArray(terminalGroups.id, groupIds))
      .orderBy(asc(terminalGroups.id))
      .for('key share')
    for (const { id } of await found) there.add(id)
  }
  return there
}

/** Locks terminals the caller sees and says how they stand, in the order asked for; `terminal_not_found`. */
export async function lockStandings(
  scope: MutationScope,
  terminalIds: readonly string[],
): Promise<StandingTerminal[]> {
  const rows = new Map<string, TerminalRow>()
  // In one order: of two who want the same terminals one waits for the other, and never each for the other.
  for (const id of [...new Set(terminalIds)].sort()) rows.set(id, await lockTerminal(scope, id))
  const standing: StandingTerminal[] = []
  for (const id of terminalIds) standing.push(await standingOf(scope, rows.get(id) as TerminalRow))
  return standing
}

export async function standingOf(ctx: Pick<Ctx, 'db'>, row: TerminalRow): Promise<StandingTerminal> {
  const tids = await ctx.db
    .select({ acquirer: terminalTids.acquirer, tid: terminalTids.tid, mid: terminalTids.mid })
    .from(terminalTids)
    .where(eq(terminalTids.terminalId, row.id))
    .orderBy(asc(terminalTids.acquirer))
  const members = await ctx.db
    .select({ groupId: terminalGroupMembers.groupId })
    .from(terminalGroupMembers)
    .where(eq(terminalGroupMembers.terminalId, row.id))
    .orderBy(asc(terminalGroupMembers.groupId))
  const { state, reopenedAt, merchantId, address, checkInIntervalSeconds, timeZone, mayRedirect } = row
  return {
    row,
    standing: {
      ...{ state, reopenedAt: reopenedAt?.toISOString() ?? null, tids },
      ...{ merchantId, address, checkInIntervalSeconds, timeZone, mayRedirect },
      groupIds: members.map(({ groupId }) => groupId),
    },
  }
}

/** Places a terminal that the caller has locked. */
export async function setPlace(scope: MutationScope, terminalId: string, place: Place): Promise<void> {
  const { merchantId, address, checkInIntervalSeconds, timeZone, mayRedirect, groupIds } = place
  await scope.db
    .update(terminals)
    .set({ merchantId, address, checkInIntervalSeconds, timeZone, mayRedirect, updatedAt: scope.clock.now() })
    .where(eq(terminals.id, terminalId))
  await scope.db.delete(terminalGroupMembers).where(eq(terminalGroupMembers.terminalId, terminalId))
  if (groupIds.length === 0) return
  await scope.db
    .insert(terminalGroupMembers)
    .values([...groupIds].sort().map((groupId) => ({ groupId, terminalId })))
}

/** Gives all TIDs of a live terminal to another that has none; both are locked by the caller. */
export async function moveTids(scope: MutationScope, fromId: string, toId: string): Promise<void> {
  await scope.db.update(terminalTids).set({ terminalId: toId }).where(eq(terminalTids.terminalId, fromId))
}

/** Brings back the permission to enrol anew, which a change of state has ended. */
export async function setReopened(
  scope: MutationScope,
  terminalId: string,
  reopenedAt: string | null,
): Promise<void> {
  await scope.db
    .update(terminals)
    .set({ reopenedAt: reopenedAt === null ? null : new Date(reopenedAt) })
    .where(eq(terminals.id, terminalId))
}
