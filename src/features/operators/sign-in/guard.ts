import { eq } from 'drizzle-orm'
import type { Failure } from '../../../core/errors'
import { operators } from '../tables'
import { countFailure, forgetFailures, hashLogin, holdLogin, lockedSeconds } from './attempts'
import { notSignedIn, signInLocked, wrongPassword } from './errors'
import type { LibraryAnswer } from './library'
import { type Call, type Outcome, type Person, subjectOf } from './message'
import type { SignedIn } from './sessions'

type Held = Awaited<ReturnType<typeof holdLogin>>

/** The caller's account, with its login held against guesses. */
export interface Guarded {
  signedIn: SignedIn
  /** Counts a wrong password or code, and refuses. */
  refuse(failure: Failure, reason: string): Promise<Outcome>
  /** The same for what the library says to a password that was asked for again; undefined where it was right. */
  refusePassword(answer: LibraryAnswer): Promise<Outcome | undefined>
}

/**
 * For messages of somebody signed in that ask for the password or a code again: these count like any attempt to sign
 * in, or a stolen session would be a place to guess at leisure.
 */
export async function guarded(call: Call, run: (guarded: Guarded) => Promise<Outcome>): Promise<Outcome> {
  const { signedIn, scope } = call
  if (signedIn === undefined) throw notSignedIn()
  const person = { id: signedIn.actor.id, username: signedIn.username }
  const held = await holdLogin(scope.db, hashLogin(call.secret, person.username), scope.clock.now())
  const locked = refuseLocked(call, held)
  if (locked !== undefined) return locked
  // As signing in does: an administrator who resets the account comes before all of this, or after it.
  await scope.db
    .select({ id: operators.id })
    .from(operators)
    .where(eq(operators.id, person.id))
    .for('no key update')
  const counted = (failure: Failure, reason: string) => refuse(call, held, person, { failure, reason })
  const outcome = await run({
    signedIn,
    refuse: counted,
    async refusePassword(answer) {
      if (answer.isDone) return undefined
      if (answer.code === 'INVALID_PASSWORD') return counted(wrongPassword(), 'wrong_password')
      if (answer.status === 401) throw notSignedIn()
      throw new Error(`The sign-in library refused: ${answer.code ?? answer.status}`)
    },
  })
  if (!('refusal' in outcome)) await forgetFailures(scope.db, person.id, held.loginHash)
  return outcome
}

/** A locked login is told so and for how long; nothing is checked, counted or audited any more. */
export function refuseLocked(call: Call, held: Held): Outcome | undefined {
  const retryAfterSeconds = lockedSeconds(held, call.scope.clock.now())
  if (retryAfterSeconds === undefined) return undefined
  call.scope.nothingChanged()
  return { refusal: signInLocked({ retryAfterSeconds }) }
}

/** Counts and audits a failed attempt of a person, or of a login that nobody has. */
export async function refuse(
  call: Call,
  held: Held,
  person: Person | undefined,
  { failure, reason }: { failure: Failure; reason: string },
): Promise<Outcome> {
  const { scope, address } = call
  const isLocking = await countFailure(
    scope.db,
    held,
    person?.id ?? null,
    scope.clock.now(),
    scope.settings.signIn,
  )
  // Never what was typed: it may be a password. The beginning of its keyed hash ties attempts together.
  const label = held.loginHash.toString('hex').slice(0, 16)
  const subject = person === undefined ? { kind: 'unknown_login', id: label, label } : subjectOf(person)
  scope.audit({ action: 'operator.sign_in_failed', subject, after: { reason, address } })
  if (isLocking)
    scope.audit({
      action: 'operator.locked',
      subject,
      after: { minutes: scope.settings.signIn.lockMinutes, address },
    })
  return { refusal: failure }
}

/** Done: the failures before are forgotten, the time is noted, and the person is who did it. */
export async function admit(call: Call, held: Held, person: Person, factor: string): Promise<void> {
  const { scope, address } = call
  await forgetFailures(scope.db, person.id, held.loginHash)
  await scope.db.update(operators).set({ lastSignInAt: scope.clock.now() }).where(eq(operators.id, person.id))
  scope.audit({
    action: 'operator.signed_in',
    subject: subjectOf(person),
    after: { factor, address },
    actor: actorOf(person),
  })
}

/** A person in the audit; rights do not matter there. */
export function actorOf(person: Person) {
  return {
    kind: 'operator',
    id: person.id,
    name: person.username,
    role: 'viewer',
    visibility: { kind: 'limited', groupIds: [], merchantIds: [] },
  } as const
}
