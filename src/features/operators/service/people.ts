import { and, asc, eq, gt, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import { escapeLike } from '../../../core/like'
import { decodeCursor, toPage } from '../../../core/paging'
import { type AuditEntry, type MutationScope, mutation, query } from '../../../core/verb'
import type { Database } from '../../../db/client'
import { lastAdmin, operatorNotFound, usernameTaken } from '../errors'
import { hashPassword } from '../password'
import {
  copyOfVisibility,
  isSameSight,
  isSeen,
  requireMayAppoint,
  requirePersonToGive,
  requireWithinOwn,
  scopesOf,
  seesNoMore,
} from '../rights'
import {
  CreateOperatorInput,
  ListOperatorsInput,
  OperatorRef,
  ResetPasswordInput,
  SetRoleInput,
  SetVisibilityInput,
  Username,
} from '../schemas'
import { freeLogins } from '../sign-in/attempts'
import {
  operatorChallenges,
  operatorSessions,
  operatorTwoFactors,
  setupTokens,
  signInAttempts,
} from '../sign-in/tables'
import { operatorAccounts, operators } from '../tables'
import { nameLimits, requirePlacesOf } from './limits'
import { findMade } from './made'

type Row = typeof operators.$inferSelect
interface Locked {
  row: Row
  isLastAdmin: boolean
}
const permission = 'operators:write'
const PASSWORD_PROVIDER = 'credential'

/** Adds somebody who may sign in. `username_taken`, `scope_beyond_own`, `person_needed`, `limits_unknown`. */
export const createOperator = mutation(
  { permission, input: CreateOperatorInput, isFresh: true },
  async (scope, input) => {
    requireMayAppoint(scope.actor, input.role, input.visibility)
    requirePersonToGive(scope.actor, scopesOf(input.role))
    await requirePlacesOf(scope.db, input.visibility)
    return toView(await insertOperator(scope, input))
  },
)

const OPERATORS_LOCK = 7733003

/** One after the other: whoever makes an operator ends the links for the first one, and two firsts cannot be. */
export async function holdOperators(db: Database): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${OPERATORS_LOCK})`)
}

/** The rows and the audit of a new operator. What the caller may hand out has been checked. */
export async function insertOperator(
  scope: MutationScope,
  input: z.output<typeof CreateOperatorInput>,
): Promise<Row> {
  const now = scope.clock.now()
  const id = newId(now.getTime())
  const password = await hashPassword(input.password)
  await holdOperators(scope.db)
  await scope.db.delete(setupTokens)
  const [created] = await scope.db
    .insert(operators)
    .values({
      id,
      username: input.username,
      name: input.name ?? input.username,
      email: input.email ?? `${input.username.toLowerCase()}@psmanager.invalid`,
      role: input.role,
      visibility: input.visibility,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing()
    .returning()
  if (created === undefined) throw usernameTaken()
  await scope.db.insert(operatorAccounts).values({
    id: newId(now.getTime()),
    operatorId: id,
    providerId: PASSWORD_PROVIDER,
    accountId: id,
    password,
    createdAt: now,
    updatedAt: now,
  })
  const { username, name, role } = created
  const [visibility] = await nameLimits(scope.db, [created.visibility] as const)
  scope.audit({
    action: 'operator.created',
    subject: subjectOf(created),
    after: { username, name, role, visibility },
  })
  return created
}

/** Sets a new password; the old one is good no more. */
export const resetOperatorPassword = mutation(
  { permission, input: ResetPasswordInput, isFresh: true },
  async (scope, input) => {
    const { row } = await lockWayIn(scope, input.operatorId)
    const password = await hashPassword(input.password)
    await scope.db
      .update(operatorAccounts)
      .set({ password, updatedAt: scope.clock.now() })
      .where(and(eq(operatorAccounts.operatorId, row.id), eq(operatorAccounts.providerId, PASSWORD_PROVIDER)))
    await endSessions(scope, row.id)
    scope.audit({ action: 'operator.password_reset', subject: subjectOf(row), after: { isReset: true } })
    scope.changed({ topic: 'operator', subjectId: row.id })
    return toView(row)
  },
)

/** Frees the logins of an operator that failed attempts have locked. */
export const unlockOperator = mutation({ permission, input: OperatorRef }, async (scope, input) => {
  // Attempts before operators, as signing in locks them: `operator_not_found` takes this back.
  const isFreed = await freeLogins(scope.db, input.operatorId)
  const { row } = await lockOperator(scope, input.operatorId)
  if (!isFreed) scope.nothingChanged()
  else scope.audit({ action: 'operator.unlocked', subject: subjectOf(row), after: { isUnlocked: true } })
  return toView(row)
})

/** Takes away the second factor of somebody who has lost it: the password alone signs in until a new one is made. */
export const resetTwoFactor = mutation(
  { permission, input: OperatorRef, isFresh: true },
  async (scope, input) => {
    const { row } = await lockWayIn(scope, input.operatorId)
    await scope.db.delete(operatorTwoFactors).where(eq(operatorTwoFactors.operatorId, row.id))
    if (row.twoFactorEnabled) await endSessions(scope, row.id)
    return change(scope, row, { twoFactorEnabled: false }, 'operator.two_factor_reset')
  },
)

/** At once, on every server: each request asks for its session. */
async function endSessions(scope: MutationScope, operatorId: string): Promise<void> {
  await scope.db.delete(operatorSessions).where(eq(operatorSessions.operatorId, operatorId))
  await endChallenges(scope.db, operatorId)
}

/** Who was let in by a password alone that is good no more, and owes the second factor yet, starts again. */
export async function endChallenges(db: Database, operatorId: string): Promise<void> {
  await db.delete(operatorChallenges).where(eq(operatorChallenges.value, operatorId))
}

/** `last_admin` where nobody else could administer any more. */
export const setOperatorRole = mutation(
  { permission, input: SetRoleInput, isFresh: true },
  async (scope, input) => {
    const { row, isLastAdmin } = await lockWayIn(scope, input.operatorId)
    // Others are appointed to what is kept apart from administration; nobody takes it for themselves.
    if (scope.actor.kind === 'operator' && scope.actor.id === row.id)
      requireWithinOwn(scope.actor, scopesOf(input.role), row.visibility)
    requireMayAppoint(scope.actor, input.role, row.visibility)
    requirePersonToGive(scope.actor, scopesOf(input.role))
    if (isLastAdmin && input.role !== 'admin') throw lastAdmin()
    if (input.role !== row.role) await endSessions(scope, row.id)
    return change(scope, row, { role: input.role }, 'operator.role_changed')
  },
)

/** Which terminals somebody sees from now on. What they have on the screen is old, so they sign in anew. `last_admin`, `limits_unknown` */
export const setOperatorVisibility = mutation(
  { permission, input: SetVisibilityInput, isFresh: true },
  async (scope, input) => {
    const { row, isLastAdmin } = await lockWayIn(scope, input.operatorId)
    requireMayAppoint(scope.actor, row.role, input.visibility)
    if (isSameSight(row.visibility, input.visibility)) {
      scope.nothingChanged()
      return toView(row)
    }
    if (isLastAdmin && input.visibility.kind !== 'all') throw lastAdmin()
    await requirePlacesOf(scope.db, input.visibility)
    await endSessions(scope, row.id)
    const [before, after] = await nameLimits(scope.db, [row.visibility, input.visibility] as const)
    const told = { before: { visibility: before }, after: { visibility: after } }
    return change(scope, row, { visibility: input.visibility }, 'operator.visibility_changed', told)
  },
)

/** `last_admin` as above. What they have made goes on working, and is told. */
export const disableOperator = mutation({ permission, input: OperatorRef }, async (scope, input) => {
  const { row, isLastAdmin } = await lockOperator(scope, input.operatorId)
  if (isLastAdmin) throw lastAdmin()
  await endSessions(scope, row.id)
  const view = await change(scope, row, { state: 'disabled' }, 'operator.disabled')
  return { ...view, made: await findMade(scope, row) }
})

export const enableOperator = mutation(
  { permission, input: OperatorRef, isFresh: true },
  async (scope, input) => {
    const { row } = await lockWayIn(scope, input.operatorId)
    return change(scope, row, { state: 'active' }, 'operator.enabled')
  },
)

const Position = z.tuple([z.string()])

/** Until when sign-in is locked after failures; null where it is open. */
const lockedUntilOf = (ctx: Pick<Ctx, 'clock'>) =>
  sql<Date | null>`(select max(${signInAttempts.lockedUntil}) from ${signInAttempts}
    where ${signInAttempts.operatorId} = ${operators.id} and ${signInAttempts.lockedUntil} > ${ctx.clock.now().toISOString()})`.mapWith(
    signInAttempts.lockedUntil,
  )

/** `operator_not_found`, also of somebody who sees more than the caller. */
export const getOperator = query(
  { permission: 'operators:read', input: OperatorRef },
  async (ctx, { operatorId }) => {
    const [row] = await ctx.db
      .select({ person: operators, lockedUntil: lockedUntilOf(ctx) })
      .from(operators)
      .where(and(seesNoMore(ctx, operators.visibility), eq(operators.id, operatorId)))
    if (row === undefined) throw operatorNotFound()
    return { ...toView(row.person), lockedUntil: row.lockedUntil?.toISOString() ?? null }
  },
)

export const listOperators = query(
  { permission: 'operators:read', input: ListOperatorsInput },
  async (ctx, input) => {
    const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position)[0]
    const rows = await ctx.db
      .select({ person: operators, lockedUntil: lockedUntilOf(ctx) })
      .from(operators)
      .where(
        and(
          seesNoMore(ctx, operators.visibility),
          after === undefined ? undefined : gt(operators.username, after),
          input.search ? bySearch(input.search) : undefined,
        ),
      )
      .orderBy(asc(operators.username))
      .limit(input.limit + 1)
    return toPage(
      rows,
      input.limit,
      ({ person }) => [person.username],
      ({ person, lockedUntil }) => ({
        ...toView(person),
        lockedUntil: lockedUntil?.toISOString() ?? null,
      }),
    )
  },
)

function bySearch(search: string): SQL {
  const part = `%${escapeLike(search.toLowerCase())}%`
  const fields = [operators.username, operators.name, operators.email]
  return sql.join(
    [
      sql`(`,
      sql.join(
        fields.map((field) => sql`lower(${field}) like ${part}`),
        sql` or `,
      ),
      sql`)`,
    ],
    sql``,
  )
}

/** The operator with this user name, in whatever case. */
export const findOperator = query(
  { permission: 'operators:read', input: z.object({ username: Username }) },
  async (ctx, input) => {
    const [row] = await ctx.db
      .select()
      .from(operators)
      .where(
        and(
          seesNoMore(ctx, operators.visibility),
          sql`lower(${operators.username}) = lower(${input.username})`,
        ),
      )
    if (row === undefined) throw operatorNotFound()
    return toView(row)
  },
)

/**
 * Locks the operator together with all active administrators, in one order: two administrators that disable each other
 * neither both succeed nor wait for each other. Somebody with more rights than the caller is not the caller's to change.
 */
async function lockOperator(scope: MutationScope, operatorId: string): Promise<Locked> {
  const isActiveAdmin = and(eq(operators.role, 'admin'), eq(operators.state, 'active'))
  const locked = await scope.db
    .select()
    .from(operators)
    .where(or(eq(operators.id, operatorId), isActiveAdmin))
    .orderBy(asc(operators.id))
    .for('update')
  const row = locked.find((one) => one.id === operatorId)
  if (row === undefined || !isSeen(scope.actor, row.visibility)) throw operatorNotFound()
  requireMayAppoint(scope.actor, row.role, row.visibility)
  // One with limits can make nobody without: the last without counts while there is one.
  const active = locked.filter((one) => one.role === 'admin' && one.state === 'active')
  const unlimited = active.filter((one) => one.visibility.kind === 'all')
  const admins = unlimited.length > 0 ? unlimited : active
  return { row, isLastAdmin: admins.length === 1 && admins[0] === row }
}

/** The same where somebody gets a way in, or another one: not by a program where it makes further ones. */
async function lockWayIn(scope: MutationScope, operatorId: string): Promise<Locked> {
  const locked = await lockOperator(scope, operatorId)
  requirePersonToGive(scope.actor, scopesOf(locked.row.role))
  return locked
}

async function change(
  scope: MutationScope,
  row: Row,
  values: Partial<Row>,
  action: string,
  told?: Pick<AuditEntry, 'before' | 'after'>,
) {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, row[name as keyof Row]]))
  if (JSON.stringify(before) === JSON.stringify(values)) {
    scope.nothingChanged()
    return toView(row)
  }
  const [changed] = await scope.db
    .update(operators)
    .set({ ...values, updatedAt: scope.clock.now() })
    .where(eq(operators.id, row.id))
    .returning()
  scope.audit({ action, subject: subjectOf(row), before, after: values, ...told })
  scope.changed({ topic: 'operator', subjectId: row.id })
  return toView(changed ?? row)
}

function subjectOf(row: Row) {
  return { kind: 'operator', id: row.id, label: row.username }
}

function toView(row: Row) {
  return {
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
  }
}
