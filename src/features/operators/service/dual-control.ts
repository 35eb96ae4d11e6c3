import { and, eq, or } from 'drizzle-orm'
import { callerName, type Visibility } from '../../../core/context'
import { newId } from '../../../core/ids'
import type { MutationScope } from '../../../core/verb'
import { wayOf } from '../decide'
import { noConfirmingOfficer } from '../errors'
import { isWithin } from '../rights'
import { operatorAppointments, operators } from '../tables'
import { personBehind } from './api-keys'
import { type Row, subjectOf } from './rows'
import type { Wish } from './wishes'

/** For how long a change waits to be confirmed. */
const WAITS_MS = 7 * 24 * 3_600_000

/** True where another key officer has a say: of who is one, and of who becomes one. */
export function isOfOfficers(row: Pick<Row, 'role'>, wish: Wish): boolean {
  if (wish.kind === 'role') return wish.role === 'key-officer'
  return row.role === 'key-officer'
}

/** How a change is done, and where it is not the command line that asks, for whom. */
export type Permitted = { way: 'at_once' } | { way: 'alone' | 'to_confirm'; requestedBy: string }

/**
 * How a change of a key officer may be done, for callers that hold the operators. `no_confirming_officer` where it may not.
 * @param sight what the person sees afterwards: who confirms sees no less
 */
export async function askDualControl(
  scope: MutationScope,
  operatorId: string,
  sight: Visibility,
): Promise<Permitted> {
  const requestedBy = await requesterOf(scope)
  const known = await scope.db
    .select()
    .from(operators)
    .where(or(eq(operators.wasKeyOfficer, true), eq(operators.role, 'key-officer')))
  const way = wayOf(
    { operatorId, requestedBy },
    {
      wasThereAny: known.length > 0,
      officers: known.filter(
        (one) => one.role === 'key-officer' && one.state === 'active' && isWithin(one.visibility, sight),
      ),
    },
  )
  if (way === 'nobody_confirms') throw noConfirmingOfficer()
  return way === 'at_once' || requestedBy === null ? { way: 'at_once' } : { way, requestedBy }
}

/** The person who asks, also by a program; the program itself where nobody stands behind it. */
async function requesterOf(scope: MutationScope): Promise<string | null> {
  const { actor } = scope
  return actor.kind === 'job' ? null : ((await personBehind(scope)) ?? actor.id)
}

/** Keeps a change until an officer confirms it; the same asked for anew takes the place of what waited. */
export async function requestConfirmation(
  scope: MutationScope,
  row: Row,
  wish: Wish,
  requestedBy: string,
): Promise<void> {
  const now = scope.clock.now()
  const expiresAt = new Date(now.getTime() + WAITS_MS)
  await scope.db
    .delete(operatorAppointments)
    .where(and(eq(operatorAppointments.operatorId, row.id), eq(operatorAppointments.kind, wish.kind)))
  await scope.db.insert(operatorAppointments).values({
    id: newId(now.getTime()),
    operatorId: row.id,
    kind: wish.kind,
    visibility: wish.kind === 'limits' ? wish.visibility : null,
    password: wish.kind === 'password' ? wish.password : null,
    requestedBy,
    requestedByName: callerName(scope.actor),
    requestedAt: now,
    expiresAt,
  })
  scope.audit({
    action: 'operator.change_requested',
    subject: subjectOf(row),
    after: {
      change: wish.kind,
      ...(wish.kind === 'limits' ? { visibility: wish.visibility } : {}),
      expiresAt: expiresAt.toISOString(),
    },
  })
}

/** Notes that somebody has become a key officer, and by whom alone where nobody could confirm it. */
export async function noteOfficer(
  scope: MutationScope,
  row: Row,
  appointedAloneBy: string | null,
): Promise<Row> {
  const [noted] = await scope.db
    .update(operators)
    .set({ wasKeyOfficer: true, appointedAloneBy })
    .where(eq(operators.id, row.id))
    .returning()
  if (appointedAloneBy !== null)
    scope.audit({
      action: 'operator.appointed_alone',
      subject: subjectOf(row),
      after: { role: 'key-officer' },
    })
  return noted ?? row
}

/** What waits for somebody who has no longer the role or an account, and what such a person has asked for, is withdrawn. */
export async function dropChanges(scope: MutationScope, row: Row): Promise<void> {
  const gone = await scope.db
    .delete(operatorAppointments)
    .where(or(eq(operatorAppointments.operatorId, row.id), eq(operatorAppointments.requestedBy, row.id)))
    .returning()
  for (const { operatorId, kind } of gone) {
    const [about] = await scope.db
      .select({ id: operators.id, username: operators.username })
      .from(operators)
      .where(eq(operators.id, operatorId))
    scope.audit({
      action: 'operator.change_withdrawn',
      subject: subjectOf(about ?? row),
      after: { change: kind },
    })
  }
}
