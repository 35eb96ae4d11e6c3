import { and, asc, gt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { newId } from '../../../core/ids'
import { escapeLike } from '../../../core/like'
import { decodeCursor, toPage } from '../../../core/paging'
import { type MutationScope, mutation, query } from '../../../core/verb'
import { lastAdmin, operatorNotFound, usernameTaken } from '../errors'
import { hashPassword } from '../password'
import { isSeen, requireMayAppoint, requireWithinOwn, scopesOf, seesNoMore } from '../rights'
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
import { setupTokens, signInAttempts } from '../sign-in/tables'
import { operatorAccounts, operators } from '../tables'
import {
  askDualControl,
  dropChanges,
  isOfOfficers,
  noteOfficer,
  type Permitted,
  requestConfirmation,
} from './dual-control'
import {
  change,
  endSessions,
  holdOperators,
  type Locked,
  lockWithAdmins,
  type Row,
  subjectOf,
  type View,
  viewOf,
  viewsOf,
} from './rows'
import { fulfil, isFulfilled, PASSWORD_PROVIDER, type Wish } from './wishes'

const permission = 'operators:write'

/**
 * Adds somebody who may sign in; a key officer, once there has been one, after another has confirmed it. `username_taken`,
 * `scope_beyond_own`, `no_confirming_officer`.
 */
export const createOperator = mutation(
  { permission, input: CreateOperatorInput, isFresh: true },
  async (scope, input) => {
    requireMayAppoint(scope.actor, input.role, input.visibility)
    await holdOperators(scope.db)
    if (input.role !== 'key-officer') return viewOf(scope, await insertOperator(scope, input))
    const id = newId(scope.clock.now().getTime())
    const asked = await askDualControl(scope, id, input.visibility)
    const row = await insertOperator(scope, { ...input, id, isClosed: asked.way === 'to_confirm' })
    if (asked.way !== 'to_confirm') return viewOf(scope, await noteOfficer(scope, row, aloneBy(asked)))
    await requestConfirmation(scope, row, { kind: 'account' }, asked.requestedBy)
    return viewOf(scope, row)
  },
)

/** The rows and the audit of a new operator, for callers that hold the operators. What they may hand out has been checked. */
export async function insertOperator(
  scope: MutationScope,
  input: z.output<typeof CreateOperatorInput> & { id?: string; isClosed?: boolean },
): Promise<Row> {
  const now = scope.clock.now()
  const id = input.id ?? newId(now.getTime())
  const password = await hashPassword(input.password)
  await scope.db.delete(setupTokens)
  const [created] = await scope.db
    .insert(operators)
    .values({
      id,
      username: input.username,
      name: input.name ?? input.username,
      email: input.email ?? `${input.username.toLowerCase()}@psmanager.invalid`,
      role: input.role,
      state: input.isClosed ? 'disabled' : 'active',
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
  const { username, name, role, state, visibility } = created
  scope.audit({
    action: 'operator.created',
    subject: subjectOf(created),
    after: { username, name, role, ...(input.isClosed ? { state } : {}), visibility },
  })
  return created
}

/** Does what is wished for an operator; what is wished for a key officer may have to wait for another one. */
async function grant(scope: MutationScope, locked: Locked, wish: Wish): Promise<View> {
  const { row } = locked
  if (isFulfilled(row, wish) || !isOfOfficers(row, wish)) {
    const changed = await fulfil(scope, locked, wish)
    if (row.role === 'key-officer' && changed.role !== 'key-officer') await dropChanges(scope, row)
    return viewOf(scope, changed)
  }
  if (locked.isLastAdmin) throw lastAdmin()
  const sight = wish.kind === 'limits' ? wish.visibility : row.visibility
  const asked = await askDualControl(scope, row.id, sight)
  if (asked.way === 'to_confirm') {
    await requestConfirmation(scope, row, wish, asked.requestedBy)
    return viewOf(scope, row)
  }
  const changed = await fulfil(scope, locked, wish)
  return viewOf(scope, wish.kind === 'role' ? await noteOfficer(scope, changed, aloneBy(asked)) : changed)
}

const aloneBy = (asked: Permitted) => (asked.way === 'alone' ? asked.requestedBy : null)

/** Sets a new password; the old one is good no more. */
export const resetOperatorPassword = mutation(
  { permission, input: ResetPasswordInput, isFresh: true },
  async (scope, input) => {
    const locked = await lockOperator(scope, input.operatorId)
    return grant(scope, locked, { kind: 'password', password: await hashPassword(input.password) })
  },
)

/** Frees the logins of an operator that failed attempts have locked. */
export const unlockOperator = mutation({ permission, input: OperatorRef }, async (scope, input) => {
  // Attempts before operators, as signing in locks them: `operator_not_found` takes this back.
  const isFreed = await freeLogins(scope.db, input.operatorId)
  const { row } = await lockOperator(scope, input.operatorId)
  if (!isFreed) scope.nothingChanged()
  else scope.audit({ action: 'operator.unlocked', subject: subjectOf(row), after: { isUnlocked: true } })
  return viewOf(scope, row)
})

/** Takes away the second factor of somebody who has lost it: the password alone signs in until a new one is made. */
export const resetTwoFactor = mutation(
  { permission, input: OperatorRef, isFresh: true },
  async (scope, input) =>
    grant(scope, await lockOperator(scope, input.operatorId), { kind: 'second-factor' }),
)

/** `last_admin` where nobody else could administer any more. */
export const setOperatorRole = mutation(
  { permission, input: SetRoleInput, isFresh: true },
  async (scope, input) => {
    const locked = await lockOperator(scope, input.operatorId)
    const { row } = locked
    // Others are appointed to what is kept apart from administration; nobody takes it for themselves.
    if (scope.actor.kind === 'operator' && scope.actor.id === row.id)
      requireWithinOwn(scope.actor, scopesOf(input.role), row.visibility)
    requireMayAppoint(scope.actor, input.role, row.visibility)
    return grant(scope, locked, { kind: 'role', role: input.role })
  },
)

/** Which terminals somebody sees from now on. What they have on the screen is old, so they sign in anew. `last_admin` */
export const setOperatorVisibility = mutation(
  { permission, input: SetVisibilityInput, isFresh: true },
  async (scope, input) => {
    const locked = await lockOperator(scope, input.operatorId)
    requireMayAppoint(scope.actor, locked.row.role, input.visibility)
    return grant(scope, locked, { kind: 'limits', visibility: input.visibility })
  },
)

/** `last_admin` as above. */
export const disableOperator = mutation({ permission, input: OperatorRef }, async (scope, input) => {
  const { row, isLastAdmin } = await lockOperator(scope, input.operatorId)
  if (isLastAdmin) throw lastAdmin()
  await endSessions(scope.db, row.id)
  await dropChanges(scope, row)
  return viewOf(scope, await change(scope, row, { state: 'disabled' }, 'operator.disabled'))
})

export const enableOperator = mutation(
  { permission, input: OperatorRef, isFresh: true },
  async (scope, input) => grant(scope, await lockOperator(scope, input.operatorId), { kind: 'account' }),
)

const Position = z.tuple([z.string()])

export const listOperators = query(
  { permission: 'operators:read', input: ListOperatorsInput },
  async (ctx, input) => {
    const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position)[0]
    const now = ctx.clock.now().toISOString()
    const lockedUntil = sql<Date | null>`(select max(${signInAttempts.lockedUntil}) from ${signInAttempts}
      where ${signInAttempts.operatorId} = ${operators.id} and ${signInAttempts.lockedUntil} > ${now})`
    const rows = await ctx.db
      .select({ person: operators, lockedUntil: lockedUntil.mapWith(signInAttempts.lockedUntil) })
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
    const page = toPage(
      rows,
      input.limit,
      ({ person }) => [person.username],
      (row) => row,
    )
    const views = await viewsOf(
      ctx,
      page.items.map(({ person }) => person),
    )
    const items = views.map((view, at) => ({
      ...view,
      lockedUntil: page.items[at]?.lockedUntil?.toISOString() ?? null,
    }))
    return { ...page, items }
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
    return viewOf(ctx, row)
  },
)

/** Somebody with more rights than the caller, or more sight, is not the caller's to change. */
async function lockOperator(scope: MutationScope, operatorId: string): Promise<Locked> {
  await holdOperators(scope.db)
  const locked = await lockWithAdmins(scope.db, operatorId)
  if (locked === undefined || !isSeen(scope.actor, locked.row.visibility)) throw operatorNotFound()
  requireMayAppoint(scope.actor, locked.row.role, locked.row.visibility)
  return locked
}
