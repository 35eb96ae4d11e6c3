import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../core/context'
import type { Database } from '../../db/client'
import { registrationRefused, terminalNotFound, tidTaken } from './errors'
import type { TerminalView } from './schemas'
import { terminalGroupMembers, terminals, terminalTids } from './tables'
import { visibleTerminals } from './visibility'

export type TerminalRow = typeof terminals.$inferSelect

/** A terminal the caller may see, locked for a change; else `terminal_not_found`. */
export async function lockTerminal(ctx: Ctx, terminalId: string): Promise<TerminalRow> {
  const [row] = await ctx.db
    .select()
    .from(terminals)
    .where(and(eq(terminals.id, terminalId), visibleTerminals(ctx)))
    .for('update', { of: terminals })
  if (row === undefined) throw terminalNotFound()
  return row
}

/** Rows as they are shown, with their TIDs and groups, in the order given. */
export async function toViews(db: Database, rows: readonly TerminalRow[]): Promise<TerminalView[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const tids = await db
    .select()
    .from(terminalTids)
    .where(inArray(terminalTids.terminalId, ids))
    .orderBy(terminalTids.acquirer)
  const members = await db
    .select()
    .from(terminalGroupMembers)
    .where(inArray(terminalGroupMembers.terminalId, ids))
  return rows.map((row) => ({
    id: row.id,
    serial: row.serial,
    platform: row.platform,
    model: row.model,
    state: row.state,
    tids: tids
      .filter((one) => one.terminalId === row.id)
      .map(({ acquirer, tid, mid }) => ({ acquirer, tid, mid })),
    merchantId: row.merchantId,
    address: row.address,
    notes: row.notes,
    groupIds: members.filter((one) => one.terminalId === row.id).map((one) => one.groupId),
    checkInIntervalSeconds: row.checkInIntervalSeconds,
    timeZone: row.timeZone,
    mayRedirect: row.mayRedirect,
    transportKeyKcv: row.transportKeyKcv,
    registeredAt: row.registeredAt.toISOString(),
    enrolledAt: row.enrolledAt?.toISOString() ?? null,
    isReopened: row.reopenedAt !== null,
  }))
}

export async function toView(db: Database, row: TerminalRow): Promise<TerminalView> {
  const [view] = await toViews(db, [row])
  return view as TerminalView
}

/** Refuses TIDs that other live terminals of the acquirer have; tells so, and which, only who may see it. `tid_taken`, `registration_refused`. */
export async function requireFreeTids(
  ctx: Ctx,
  terminalId: string,
  tids: readonly { acquirer: string; tid: string }[],
): Promise<void> {
  if (tids.length === 0) return
  const pairs = sql.join(
    tids.map((one) => sql`(${one.acquirer}, ${one.tid})`),
    sql`, `,
  )
  const isTaken: SQL = sql`(${terminalTids.acquirer}, ${terminalTids.tid}) in (${pairs})
    and ${terminalTids.isLive} and ${terminalTids.terminalId} <> ${terminalId}`
  const [taken] = await ctx.db
    .select({
      tid: terminalTids.tid,
      serial: terminals.serial,
      isVisible: sql<boolean>`${visibleTerminals(ctx)}`,
    })
    .from(terminalTids)
    .innerJoin(terminals, eq(terminals.id, terminalTids.terminalId))
    .where(isTaken)
    .limit(1)
  if (taken === undefined) return
  throw taken.isVisible
    ? tidTaken({ values: { tid: taken.tid, serial: taken.serial } })
    : registrationRefused()
}

/** True for PostgreSQL's "there is one already", by the name of the index. */
export function isDuplicate(error: unknown, index: string): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, constraint_name } = at as { code?: string; constraint_name?: string }
    if (code === '23505') return constraint_name === index
  }
  return false
}

/** True where what a write points at is gone meanwhile. */
export function isDangling(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ((at as { code?: string }).code === '23503') return true
  return false
}
