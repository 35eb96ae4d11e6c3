import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { chunksOf } from '../../../core/chunks'
import type { Ctx } from '../../../core/context'
import type { MutationScope } from '../../../core/verb'
import { type SkipReason, skipReason } from '../change'
import { isLive, judgeTransition, type StateVerb } from '../decide'
import type { TerminalRow } from '../queries'
import type { TerminalChange } from '../schemas'
import { terminalGroupMembers, terminals, terminalTids } from '../tables'
import { isWithinLimits, visibleTerminals } from '../visibility'
import { requirePlaces, subjectOf } from './register'
import { allowEnrolment, setState } from './states'

/** Above this many the servers are told that all terminals may have changed, instead of each one. */
const TOLD_ONE_BY_ONE = 1_000

type Judged = TerminalRow & { groupIds: readonly string[] }

export interface Judgement {
  /** Terminals that the change changes, in the order of their serial numbers. */
  toChange: Judged[]
  skipped: Map<SkipReason | 'terminal_not_found', number>
}

/**
 * Judges a change of many terminals by ids: which it changes, and why it leaves the others. What the caller does not
 * see does not exist. With `isLocked` the rows stay as they were judged until the transaction ends.
 */
export async function judgeTerminals(
  ctx: Ctx,
  ids: readonly string[],
  change: TerminalChange,
  isLocked: boolean,
): Promise<Judgement> {
  await requirePlaces(ctx, {
    merchantId: change.kind === 'setMerchant' ? change.merchantId : null,
    groupIds: 'groupId' in change ? [change.groupId] : [],
  })
  const rows = await loadRows(ctx, ids, isLocked)
  const groups = await loadGroups(ctx, rows)
  const taken = change.kind === 'reopen' ? await withTakenTids(ctx, rows) : new Set<string>()
  const toChange: Judged[] = []
  const skipped: Judgement['skipped'] = new Map()
  const skip = (reason: SkipReason | 'terminal_not_found', count: number) =>
    count > 0 && skipped.set(reason, (skipped.get(reason) ?? 0) + count)
  skip('terminal_not_found', new Set(ids).size - rows.length)
  for (const row of rows) {
    const groupIds = groups.get(row.id) ?? []
    const candidate = { ...row, groupIds, isTidTaken: taken.has(row.id) }
    const reason = skipReason(candidate, change, (place) => isWithinLimits(ctx, place))
    if (reason === undefined) toChange.push({ ...row, groupIds })
    else skip(reason, 1)
  }
  return { toChange, skipped }
}

/** Changes terminals that were judged and locked, set by set, with an audit row for each. */
export async function changeTerminals(
  scope: MutationScope,
  rows: readonly Judged[],
  change: TerminalChange,
): Promise<void> {
  if (rows.length === 0) return scope.nothingChanged()
  if ('groupId' in change) await regroup(scope, rows, change)
  else if (change.kind === 'setMerchant') await setFact(scope, rows, 'merchantId', change.merchantId)
  else if (change.kind === 'setInterval') await setFact(scope, rows, 'checkInIntervalSeconds', change.seconds)
  else if (change.kind === 'setTimeZone') await setFact(scope, rows, 'timeZone', change.timeZone)
  else if (change.kind === 'setRedirect') await setFact(scope, rows, 'mayRedirect', change.mayRedirect)
  else await moveStates(scope, rows, change.kind)
  if (rows.length > TOLD_ONE_BY_ONE) scope.changed({ topic: 'terminals' })
  else for (const { id } of rows) scope.changed({ topic: 'terminal', subjectId: id })
}

/** All that change their state go to the same one: only re-opening leaves some as they are. */
async function moveStates(scope: MutationScope, rows: readonly Judged[], verb: StateVerb): Promise<void> {
  const stays = (row: Judged) => judgeTransition(row.state, verb).outcome === 'reopens'
  const moved = rows.filter((row) => !stays(row))
  await allowEnrolment(scope, rows.filter(stays))
  const [first] = moved
  const transition = first === undefined ? undefined : judgeTransition(first.state, verb)
  if (transition?.outcome === 'changes') await setState(scope, moved, transition)
}

async function loadRows(ctx: Ctx, ids: readonly string[], isLocked: boolean): Promise<TerminalRow[]> {
  const rows: TerminalRow[] = []
  // Locked in one order, so that two who work on the same terminals wait for each other and never for ever.
  for (const chunk of chunksOf([...new Set(ids)].sort())) {
    const found = ctx.db
      .select()
      .from(terminals)
      .where(and(inArray(terminals.id, chunk), visibleTerminals(ctx)))
      .orderBy(asc(terminals.id))
    rows.push(...(await (isLocked ? found.for('update', { of: terminals }) : found)))
  }
  return rows.sort((a, b) => (a.serial < b.serial ? -1 : 1))
}

async function loadGroups(ctx: Ctx, rows: readonly TerminalRow[]): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>()
  for (const chunk of chunksOf(rows)) {
    const members = await ctx.db
      .select()
      .from(terminalGroupMembers)
      .where(
        inArray(
          terminalGroupMembers.terminalId,
          chunk.map((row) => row.id),
        ),
      )
      .orderBy(asc(terminalGroupMembers.groupId))
    for (const { terminalId, groupId } of members)
      groups.set(terminalId, [...(groups.get(terminalId) ?? []), groupId])
  }
  return groups
}

/** Of terminals without TIDs of their own at present: those that cannot have them back. */
async function withTakenTids(ctx: Ctx, rows: readonly TerminalRow[]): Promise<Set<string>> {
  const taken = new Set<string>()
  const claimed = new Set<string>()
  for (const chunk of chunksOf(rows.filter((row) => !isLive(row.state)))) {
    const order = new Map(chunk.map((row, at) => [row.id, at]))
    const tids = await ctx.db
      .select({
        terminalId: terminalTids.terminalId,
        acquirer: terminalTids.acquirer,
        tid: terminalTids.tid,
        isTaken: sql<boolean>`exists (select from terminal_tids o where o.acquirer = terminal_tids.acquirer
          and o.tid = terminal_tids.tid and o.is_live and o.terminal_id <> terminal_tids.terminal_id)`,
      })
      .from(terminalTids)
      .where(inArray(terminalTids.terminalId, [...order.keys()]))
    tids.sort((a, b) => (order.get(a.terminalId) ?? 0) - (order.get(b.terminalId) ?? 0))
    const byTerminal = new Map<string, typeof tids>()
    for (const one of tids) byTerminal.set(one.terminalId, [...(byTerminal.get(one.terminalId) ?? []), one])
    for (const [terminalId, own] of byTerminal) {
      const keys = own.map((one) => `${one.acquirer} ${one.tid}`)
      if (own.some((one) => one.isTaken) || keys.some((key) => claimed.has(key))) taken.add(terminalId)
      else for (const key of keys) claimed.add(key)
    }
  }
  return taken
}

async function regroup(
  scope: MutationScope,
  rows: readonly Judged[],
  { kind, groupId }: { kind: 'addToGroup' | 'removeFromGroup'; groupId: string },
): Promise<void> {
  for (const chunk of chunksOf(rows)) {
    const ids = chunk.map((row) => row.id)
    if (kind === 'addToGroup')
      await scope.db
        .insert(terminalGroupMembers)
        .values(ids.map((terminalId) => ({ groupId, terminalId })))
        .onConflictDoNothing()
    else
      await scope.db
        .delete(terminalGroupMembers)
        .where(and(eq(terminalGroupMembers.groupId, groupId), inArray(terminalGroupMembers.terminalId, ids)))
    await scope.db.update(terminals).set({ updatedAt: scope.clock.now() }).where(inArray(terminals.id, ids))
  }
  for (const row of rows) {
    const left = row.groupIds.filter((id) => id !== groupId)
    scope.audit({
      action: 'terminal.updated',
      subject: subjectOf(row),
      before: { groupIds: row.groupIds },
      after: { groupIds: kind === 'addToGroup' ? [...left, groupId] : left },
    })
  }
}

async function setFact<Name extends 'merchantId' | 'checkInIntervalSeconds' | 'timeZone' | 'mayRedirect'>(
  scope: MutationScope,
  rows: readonly Judged[],
  name: Name,
  value: TerminalRow[Name],
): Promise<void> {
  for (const chunk of chunksOf(rows))
    await scope.db
      .update(terminals)
      .set({ [name]: value, updatedAt: scope.clock.now() })
      .where(
        inArray(
          terminals.id,
          chunk.map((row) => row.id),
        ),
      )
  for (const row of rows)
    scope.audit({
      action: 'terminal.updated',
      subject: subjectOf(row),
      before: { [name]: row[name] },
      after: { [name]: value },
    })
}
