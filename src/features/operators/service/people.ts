import { and, asc, eq, gt, ne, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import { newId } from '../../../core/ids'
import { decodeCursor, toPage } from '../../../core/paging'
import { type MutationScope, mutation, query } from '../../../core/verb'
import { lastAdmin, operatorNotFound, usernameTaken } from '../errors'
import { hashPassword } from '../password'
import {
  CreateOperatorInput,
  ListOperatorsInput,
  OperatorRef,
  ResetPasswordInput,
  SetRoleInput,
  Username,
} from '../schemas'
import { operatorAccounts, operators } from '../tables'

type Row = typeof operators.$inferSelect
const permission = 'operators:write'
const PASSWORD_PROVIDER = 'credential'

export const createOperator = mutation({ permission, input: CreateOperatorInput }, async (scope, input) => {
  const email = input.email ?? `${input.username.toLowerCase()}@psmanager.invalid`
  const [taken] = await scope.db
    .select({ id: operators.id })
    .from(operators)
    .where(
      or(
        sql`lower(${operators.username}) = lower(${input.username})`,
        sql`lower(${operators.email}) = lower(${email})`,
      ),
    )
  if (taken !== undefined) throw usernameTaken()
  const now = scope.clock.now()
  const id = newId(now.getTime())
  const row = {
    id,
    username: input.username,
    name: input.name ?? input.username,
    email,
    role: input.role,
    visibility: input.visibility,
    createdAt: now,
    updatedAt: now,
  }
  const [created] = await scope.db.insert(operators).values(row).returning()
  await scope.db.insert(operatorAccounts).values({
    id: newId(now.getTime()),
    operatorId: id,
    providerId: PASSWORD_PROVIDER,
    accountId: id,
    password: await hashPassword(input.password),
    createdAt: now,
    updatedAt: now,
  })
  scope.audit({
    action: 'operator.created',
    subject: { kind: 'operator', id, label: input.username },
    after: { username: row.username, name: row.name, role: row.role, visibility: row.visibility },
  })
  return toView(created as Row)
})

export const resetOperatorPassword = mutation(
  { permission, input: ResetPasswordInput },
  async (scope, input) => {
    const row = await lockOperator(scope, input.operatorId)
    const password = await hashPassword(input.password)
    await scope.db
      .update(operatorAccounts)
      .set({ password, updatedAt: scope.clock.now() })
      .where(and(eq(operatorAccounts.operatorId, row.id), eq(operatorAccounts.providerId, PASSWORD_PROVIDER)))
    scope.audit({ action: 'operator.password_reset', subject: subjectOf(row), after: { isReset: true } })
    scope.changed({ topic: 'operator', subjectId: row.id })
    return toView(row)
  },
)

export const setOperatorRole = mutation({ permission, input: SetRoleInput }, async (scope, input) => {
  const row = await lockOperator(scope, input.operatorId)
  if (row.role === input.role) {
    scope.nothingChanged()
    return toView(row)
  }
  if (row.role === 'admin') await requireAnotherAdmin(scope, row.id)
  return change(scope, row, { role: input.role }, 'operator.role_changed')
})

export const disableOperator = mutation({ permission, input: OperatorRef }, async (scope, input) => {
  const row = await lockOperator(scope, input.operatorId)
  if (row.role === 'admin') await requireAnotherAdmin(scope, row.id)
  return change(scope, row, { state: 'disabled' }, 'operator.disabled')
})

export const enableOperator = mutation({ permission, input: OperatorRef }, async (scope, input) =>
  change(scope, await lockOperator(scope, input.operatorId), { state: 'active' }, 'operator.enabled'),
)

const Position = z.tuple([z.string()])

export const listOperators = query(
  { permission: 'operators:read', input: ListOperatorsInput },
  async (ctx, input) => {
    const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position)[0]
    const rows = await ctx.db
      .select()
      .from(operators)
      .where(after === undefined ? undefined : gt(operators.username, after))
      .orderBy(asc(operators.username))
      .limit(input.limit + 1)
    return toPage(rows, input.limit, (row) => [row.username], toView)
  },
)

/** The operator with this user name, in whatever case. */
export const findOperator = query(
  { permission: 'operators:read', input: z.object({ username: Username }) },
  async (ctx, input) => {
    const [row] = await ctx.db
      .select()
      .from(operators)
      .where(sql`lower(${operators.username}) = lower(${input.username})`)
    if (row === undefined) throw operatorNotFound()
    return toView(row)
  },
)

async function lockOperator(scope: MutationScope, operatorId: string): Promise<Row> {
  const [row] = await scope.db.select().from(operators).where(eq(operators.id, operatorId)).for('update')
  if (row === undefined) throw operatorNotFound()
  return row
}

/** All active administrators are locked in one order: two that disable each other must not both succeed. */
async function requireAnotherAdmin(scope: MutationScope, operatorId: string): Promise<void> {
  const others = await scope.db
    .select({ id: operators.id })
    .from(operators)
    .where(and(eq(operators.role, 'admin'), eq(operators.state, 'active'), ne(operators.id, operatorId)))
    .orderBy(operators.id)
    .for('update')
  if (others.length === 0) throw lastAdmin()
}

async function change(scope: MutationScope, row: Row, values: Partial<Row>, action: string) {
  const [changed] = await scope.db
    .update(operators)
    .set({ ...values, updatedAt: scope.clock.now() })
    .where(eq(operators.id, row.id))
    .returning()
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, row[name as keyof Row]]))
  if (JSON.stringify(before) === JSON.stringify(values)) scope.nothingChanged()
  else scope.audit({ action, subject: subjectOf(row), before, after: values })
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
    createdAt: row.createdAt.toISOString(),
  }
}
