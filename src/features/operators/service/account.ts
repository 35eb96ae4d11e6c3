import { and, desc, eq, gt, lt, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, type Ctx, isPermitted } from '../../../core/context'
import { forbidden } from '../../../core/errors'
import { decodeCursor, toPage } from '../../../core/paging'
import { OWN_ACCOUNT, PERMISSION_NAMES } from '../../../core/permissions'
import { mutation, query } from '../../../core/verb'
import { emailTaken, operatorNotFound, sessionNotFound } from '../errors'
import { copyOfVisibility } from '../rights'
import { ListSessionsInput, NoInput, SessionRef, UpdateAccountInput } from '../schemas'
import { operatorSessions } from '../sign-in/tables'
import { operators } from '../tables'
import { holdOperators } from './people'

const permission = OWN_ACCOUNT

/** Who is signed in, and what they may do. */
export const getAccount = query({ permission, input: NoInput }, async (ctx) => {
  const { id, sessionId } = own(ctx)
  const [row] = await ctx.db
    .select({ person: operators, session: operatorSessions })
    .from(operators)
    .innerJoin(operatorSessions, eq(operatorSessions.operatorId, operators.id))
    .where(and(eq(operators.id, id), eq(operatorSessions.id, sessionId)))
  if (row === undefined) throw operatorNotFound()
  const { person, session } = row
  return {
    ...toPerson(person),
    role: person.role,
    permissions: PERMISSION_NAMES.filter((one) => isPermitted(ctx.actor, one)),
    visibility: copyOfVisibility(person.visibility),
    twoFactorEnabled: person.twoFactorEnabled,
    needsTwoFactor: ctx.settings.signIn.secondFactorRoles.includes(person.role),
    lastSignInAt: person.lastSignInAt?.toISOString() ?? null,
    session: {
      createdAt: session.createdAt.toISOString(),
      expiresAt: session.expiresAt.toISOString(),
      idleMinutes: ctx.settings.signIn.idleMinutes,
    },
  }
})

/** Changes the own name and e-mail. `email_taken` */
export const updateAccount = mutation({ permission, input: UpdateAccountInput }, async (scope, input) => {
  const { id } = own(scope)
  await holdOperators(scope.db)
  const [row] = await scope.db.select().from(operators).where(eq(operators.id, id)).for('update')
  if (row === undefined) throw operatorNotFound()
  const values = { name: input.name ?? row.name, email: input.email ?? row.email }
  const [other] = await scope.db
    .select({ id: operators.id })
    .from(operators)
    .where(and(sql`lower(${operators.email}) = lower(${values.email})`, ne(operators.id, id)))
  if (other !== undefined) throw emailTaken()
  const before = { name: row.name, email: row.email }
  if (values.name === before.name && values.email === before.email) {
    scope.nothingChanged()
    return toPerson(row)
  }
  const updatedAt = scope.clock.now()
  await scope.db
    .update(operators)
    .set({ ...values, updatedAt })
    .where(eq(operators.id, id))
  const subject = { kind: 'operator', id, label: row.username }
  scope.audit({ action: 'operator.account_updated', subject, before, after: values })
  return toPerson({ ...row, ...values })
})

const Position = z.tuple([z.uuid()])

/** Where the own account is signed in, newest first. */
export const listSessions = query({ permission, input: ListSessionsInput }, async (ctx, input) => {
  const { id, sessionId } = own(ctx)
  const before = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position)[0]
  const now = ctx.clock.now()
  const idleSince = new Date(now.getTime() - ctx.settings.signIn.idleMinutes * 60_000)
  const rows = await ctx.db
    .select()
    .from(operatorSessions)
    .where(
      and(
        eq(operatorSessions.operatorId, id),
        gt(operatorSessions.expiresAt, now),
        gt(operatorSessions.lastUsedAt, idleSince),
        before === undefined ? undefined : lt(operatorSessions.id, before),
      ),
    )
    .orderBy(desc(operatorSessions.id))
    .limit(input.limit + 1)
  return toPage(
    rows,
    input.limit,
    (row) => [row.id],
    (row) => ({
      id: row.id,
      createdAt: row.createdAt.toISOString(),
      lastUsedAt: row.lastUsedAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
      address: row.ipAddress ?? '',
      userAgent: row.userAgent ?? '',
      isCurrent: row.id === sessionId,
    }),
  )
})

/** Signs the own account out somewhere else, at once. `session_not_found` */
export const endSession = mutation({ permission, input: SessionRef }, async (scope, input) => {
  const { id, name } = own(scope)
  const [gone] = await scope.db
    .delete(operatorSessions)
    .where(and(eq(operatorSessions.id, input.sessionId), eq(operatorSessions.operatorId, id)))
    .returning()
  if (gone === undefined) throw sessionNotFound()
  scope.audit({
    action: 'operator.session_ended',
    subject: { kind: 'operator', id, label: name },
    after: { sessionId: gone.id, address: gone.ipAddress },
  })
  return { sessionId: gone.id }
})

/** No id of a session: played by a test, it finds none. */
const NO_SESSION = '00000000-0000-0000-0000-000000000000'

function own({ actor }: Pick<Ctx, 'actor'>): Extract<Actor, { kind: 'operator' }> & { sessionId: string } {
  if (actor.kind !== 'operator') throw forbidden()
  return { ...actor, sessionId: actor.sessionId ?? NO_SESSION }
}

function toPerson({ id, username, name, email }: typeof operators.$inferSelect) {
  return { id, username, name, email }
}
