import { and, desc, eq, gt, lt, lte } from 'drizzle-orm'
import { z } from 'zod'
import type { Actor, Ctx } from '../../../core/context'
import { decodeCursor, toPage } from '../../../core/paging'
import { inMutation, type MutationScope, mutation, query } from '../../../core/verb'
import type { Database } from '../../../db/client'
import { type Obstacle, type Officer, obstacleOf } from '../decide'
import { appointmentNotFound, appointmentOfOwn, appointmentOfRequester, officersConfirm } from '../errors'
import { copyOfVisibility, isSeen, isWithin, seesNoMore } from '../rights'
import { AppointmentRef, ListAppointmentsInput } from '../schemas'
import { operatorAppointments, operators } from '../tables'
import { noteOfficer } from './dual-control'
import { holdOperators, lockWithAdmins, type Row, subjectOf, type View, viewOf } from './rows'
import { fulfil, type Wish } from './wishes'

type Appointment = typeof operatorAppointments.$inferSelect

const Position = z.tuple([z.uuid()])

/** Changes of key officers that wait to be confirmed, the newest first, and whether the caller may. */
export const listAppointments = query(
  { permission: 'appointments:read', input: ListAppointmentsInput },
  async (ctx, input) => {
    const before = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position)[0]
    const officer = await officerOf(ctx.db, ctx.actor)
    const rows = await ctx.db
      .select({ waiting: operatorAppointments, person: operators })
      .from(operatorAppointments)
      .innerJoin(operators, eq(operators.id, operatorAppointments.operatorId))
      .where(
        and(
          seesNoMore(ctx, operators.visibility),
          gt(operatorAppointments.expiresAt, ctx.clock.now()),
          before === undefined ? undefined : lt(operatorAppointments.id, before),
        ),
      )
      .orderBy(desc(operatorAppointments.id))
      .limit(input.limit + 1)
    return toPage(
      rows,
      input.limit,
      ({ waiting }) => [waiting.id],
      ({ waiting, person }) => ({
        id: waiting.id,
        kind: waiting.kind,
        operator: { id: person.id, username: person.username, name: person.name, role: person.role },
        visibility: copyOfVisibility(waiting.visibility ?? person.visibility),
        requestedBy: waiting.requestedByName,
        requestedAt: waiting.requestedAt.toISOString(),
        expiresAt: waiting.expiresAt.toISOString(),
        answer: answerOf(ctx.actor, officer, waiting, person),
      }),
    )
  },
)

/** What the caller may say to a change: nothing, where it is not asked. */
function answerOf(
  actor: Actor,
  officer: Officer | undefined,
  waiting: Appointment,
  person: Row,
): 'may_confirm' | Obstacle | 'not_asked' {
  if (officer === undefined || !isSeen(actor, waiting.visibility ?? person.visibility)) return 'not_asked'
  return obstacleOf(waiting, officer) ?? 'may_confirm'
}

/**
 * Lets a change take effect, by a key officer who neither asked for it nor is its subject. `officers_confirm`,
 * `appointment_not_found`, `appointment_of_own`, `appointment_of_requester`.
 */
export const confirmAppointment = mutation(
  { permission: 'appointments:confirm', input: AppointmentRef, isFresh: true },
  async (scope, { appointmentId }): Promise<View> => {
    if (scope.actor.kind !== 'operator') throw officersConfirm()
    const { waiting, locked } = await lockAppointment(scope, appointmentId)
    if (!isWithin(scope.actor.visibility, waiting.visibility ?? locked.row.visibility))
      throw appointmentNotFound()
    const officer = await officerOf(scope.db, scope.actor)
    if (officer === undefined) throw officersConfirm()
    const obstacle = obstacleOf(waiting, officer)
    if (obstacle !== undefined) throw obstacle === 'own' ? appointmentOfOwn() : appointmentOfRequester()
    scope.audit({
      action: 'operator.change_confirmed',
      subject: subjectOf(locked.row),
      after: { change: waiting.kind, requestedBy: waiting.requestedByName },
    })
    const changed = await fulfil(scope, locked, wishOf(waiting))
    await scope.db.delete(operatorAppointments).where(eq(operatorAppointments.id, waiting.id))
    const isAppointed = waiting.kind === 'role' || waiting.kind === 'account'
    return viewOf(scope, isAppointed ? await noteOfficer(scope, changed, null) : changed)
  },
)

/** Takes back what waits: whoever may ask for it, and any key officer who will not have it. */
export const withdrawAppointment = mutation(
  { permission: ['operators:write', 'appointments:confirm'], input: AppointmentRef },
  async (scope, { appointmentId }): Promise<View> => {
    const { waiting, locked } = await lockAppointment(scope, appointmentId)
    await scope.db.delete(operatorAppointments).where(eq(operatorAppointments.id, waiting.id))
    scope.audit({
      action: 'operator.change_withdrawn',
      subject: subjectOf(locked.row),
      after: { change: waiting.kind },
    })
    return viewOf(scope, locked.row)
  },
)

/** Ends what nobody has confirmed in time; by the server itself. */
export function expireAppointments(ctx: Ctx): Promise<number> {
  return inMutation(ctx, async (scope) => {
    await holdOperators(scope.db)
    const late = await scope.db
      .delete(operatorAppointments)
      .where(lte(operatorAppointments.expiresAt, scope.clock.now()))
      .returning()
    if (late.length === 0) scope.nothingChanged()
    for (const { operatorId, kind, requestedByName } of late) {
      const [about] = await scope.db.select().from(operators).where(eq(operators.id, operatorId))
      if (about === undefined) continue
      scope.audit({
        action: 'operator.change_expired',
        subject: subjectOf(about),
        after: { change: kind, requestedBy: requestedByName },
      })
    }
    return late.length
  })
}

async function lockAppointment(scope: MutationScope, appointmentId: string) {
  await holdOperators(scope.db)
  const [waiting] = await scope.db
    .select()
    .from(operatorAppointments)
    .where(
      and(eq(operatorAppointments.id, appointmentId), gt(operatorAppointments.expiresAt, scope.clock.now())),
    )
  if (waiting === undefined) throw appointmentNotFound()
  const locked = await lockWithAdmins(scope.db, waiting.operatorId)
  if (locked === undefined || !isSeen(scope.actor, locked.row.visibility)) throw appointmentNotFound()
  return { waiting, locked }
}

/** The caller as a key officer whose account is open; the role of the session may be older. */
async function officerOf(db: Database, actor: Ctx['actor']): Promise<Officer | undefined> {
  if (actor.kind !== 'operator') return undefined
  const [officer] = await db
    .select({ id: operators.id, appointedAloneBy: operators.appointedAloneBy })
    .from(operators)
    .where(and(eq(operators.id, actor.id), eq(operators.role, 'key-officer'), eq(operators.state, 'active')))
  return officer
}

function wishOf({ kind, visibility, password }: Appointment): Wish {
  if (kind === 'limits' && visibility !== null) return { kind, visibility }
  if (kind === 'password' && password !== null) return { kind, password }
  if (kind === 'role') return { kind, role: 'key-officer' }
  if (kind === 'account' || kind === 'second-factor') return { kind }
  throw new Error(`A change of the kind ${kind} lacks its value.`)
}
