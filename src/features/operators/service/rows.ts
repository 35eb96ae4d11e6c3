import { and, asc, eq, gt, inArray, or, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import type { MutationScope } from '../../../core/verb'
import type { Database } from '../../../db/client'
import { copyOfVisibility } from '../rights'
import { operatorChallenges, operatorSessions } from '../sign-in/tables'
import { operatorAppointments, operators } from '../tables'

export type Row = typeof operators.$inferSelect

const OPERATORS_LOCK = 7733003

/**
 * One after the other: whoever makes an operator ends the links for the first one, and two firsts cannot be, neither administrators nor
 * key officers. Before any row is locked.
 */
export async function holdOperators(db: Database): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${OPERATORS_LOCK})`)
}

export interface Locked {
  row: Row
  isLastAdmin: boolean
}

/**
 * Locks the operator together with all active administrators, in one order: two administrators that disable each other
 * neither both succeed nor wait for each other.
 */
export async function lockWithAdmins(db: Database, operatorId: string): Promise<Locked | undefined> {
  const isActiveAdmin = and(eq(operators.role, 'admin'), eq(operators.state, 'active'))
  const locked = await db
    .select()
    .from(operators)
    .where(or(eq(operators.id, operatorId), isActiveAdmin))
    .orderBy(asc(operators.id))
    .for('update')
  const row = locked.find((one) => one.id === operatorId)
  if (row === undefined) return undefined
  // One with limits can make nobody without: the last without counts while there is one.
  const active = locked.filter((one) => one.role === 'admin' && one.state === 'active')
  const unlimited = active.filter((one) => one.visibility.kind === 'all')
  const admins = unlimited.length > 0 ? unlimited : active
  return { row, isLastAdmin: admins.length === 1 && admins[0] === row }
}

/** At once, on every server: each request asks for its session. */
export async function endSessions(db: Database, operatorId: string): Promise<void> {
  await db.delete(operatorSessions).where(eq(operatorSessions.operatorId, operatorId))
  await endChallenges(db, operatorId)
}

/** Who was let in by a password alone that is good no more, and owes the second factor yet, starts again. */
export async function endChallenges(db: Database, operatorId: string): Promise<void> {
  await db.delete(operatorChallenges).where(eq(operatorChallenges.value, operatorId))
}

/** Writes what differs, with its audit row; nothing where nothing does. */
export async function change(
  scope: MutationScope,
  row: Row,
  values: Partial<Row>,
  action: string,
): Promise<Row> {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, row[name as keyof Row]]))
  if (JSON.stringify(before) === JSON.stringify(values)) {
    scope.nothingChanged()
    return row
  }
  const [changed] = await scope.db
    .update(operators)
    .set({ ...values, updatedAt: scope.clock.now() })
    .where(eq(operators.id, row.id))
    .returning()
  scope.audit({ action, subject: subjectOf(row), before, after: values })
  scope.changed({ topic: 'operator', subjectId: row.id })
  return changed ?? row
}

export function subjectOf(row: Pick<Row, 'id' | 'username'>) {
  return { kind: 'operator', id: row.id, label: row.username }
}

/** Operators as callers see them, each with what waits for a key officer. */
export async function viewsOf({ db, clock }: Pick<Ctx, 'db' | 'clock'>, rows: readonly Row[]) {
  const ids = rows.map((row) => row.id)
  const waiting =
    ids.length === 0
      ? []
      : await db
          .select()
          .from(operatorAppointments)
          .where(
            and(
              inArray(operatorAppointments.operatorId, ids),
              gt(operatorAppointments.expiresAt, clock.now()),
            ),
          )
          .orderBy(asc(operatorAppointments.id))
  return rows.map((row) => ({
    id: row.id,
    username: row.username,
    name: row.name,
    email: row.email,
    role: row.role,
    state: row.state,
    visibility: copyOfVisibility(row.visibility),
    twoFactorEnabled: row.twoFactorEnabled,
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    isAppointedAlone: row.role === 'key-officer' && row.appointedAloneBy !== null,
    waiting: waiting
      .filter(({ operatorId }) => operatorId === row.id)
      .map(({ id, kind, requestedByName, expiresAt }) => ({
        id,
        kind,
        requestedBy: requestedByName,
        expiresAt: expiresAt.toISOString(),
      })),
  }))
}

export type View = Awaited<ReturnType<typeof viewsOf>>[number]

export async function viewOf(ctx: Pick<Ctx, 'db' | 'clock'>, row: Row): Promise<View> {
  const [view] = await viewsOf(ctx, [row])
  return view as View
}
