import { createHmac } from 'node:crypto'
import { and, eq, inArray, ne, or } from 'drizzle-orm'
import type { Settings } from '../../../config'
import type { Database } from '../../../db/client'
import { signInAttempts } from './tables'

type Row = typeof signInAttempts.$inferSelect
export type Limits = Pick<Settings['signIn'], 'attempts' | 'lockMinutes'>

/**
 * Lock-out. What counts is the login as it was typed, whether somebody has it or not, so that a lock tells nothing. A
 * login is free, or locked until a moment; the lock's end sets its count to nought. Whoever has two logins (user name
 * and e-mail) would have twice the attempts: once both together reach the limit, the person is locked in silence, and
 * attempts by either look like wrong passwords until they lock their own login.
 *
 * A login's row is locked from the first statement of a message to its commit: guesses at once are counted one by one.
 * Order of locks everywhere: attempts, then operators.
 */
export function hashLogin(secret: string, login: string): Buffer {
  return createHmac('sha256', secret)
    .update(`login:${foldLogin(login)}`)
    .digest()
}

/** A login without case and width. Its owner is looked up by this too: one row of attempts is never of two people. */
export function foldLogin(login: string): string {
  return login.normalize('NFKC').toLowerCase()
}

/** Locks a login's row, made where there was none. */
export async function holdLogin(db: Database, loginHash: Buffer, now: Date): Promise<Row> {
  const [row] = await db
    .insert(signInAttempts)
    .values({ loginHash, lastFailedAt: now })
    .onConflictDoUpdate({ target: signInAttempts.loginHash, set: { loginHash } })
    .returning()
  if (row === undefined) throw new Error('The row of a login could not be made.')
  return row
}

/** How long a login is locked yet; undefined where it is free. */
export function lockedSeconds(row: Row, now: Date): number | undefined {
  const leftMs = (row.lockedUntil?.getTime() ?? 0) - now.getTime()
  return leftMs > 0 ? Math.ceil(leftMs / 1000) : undefined
}

/** True where the person has used up the attempts by another login. */
export async function isLockedInSilence(
  db: Database,
  row: Row,
  operatorId: string,
  now: Date,
  limits: Limits,
): Promise<boolean> {
  const others = await db
    .select()
    .from(signInAttempts)
    .where(and(eq(signInAttempts.operatorId, operatorId), ne(signInAttempts.loginHash, row.loginHash)))
  const since = now.getTime() - limits.lockMinutes * 60_000
  const isRecent = (one: Row) => one.lastFailedAt.getTime() > since
  if (others.some((one) => lockedSeconds(one, now) !== undefined)) return true
  const failures = [row, ...others].filter(isRecent).reduce((sum, one) => sum + countOf(one), 0)
  return others.length > 0 && failures >= limits.attempts
}

/** Counts a failure; true where it locks the login. */
export async function countFailure(
  db: Database,
  row: Row,
  operatorId: string | null,
  now: Date,
  limits: Limits,
): Promise<boolean> {
  const failures = countOf(row) + 1
  const isLocking = failures >= limits.attempts
  const lockedUntil = isLocking ? new Date(now.getTime() + limits.lockMinutes * 60_000) : null
  await db
    .update(signInAttempts)
    .set({ operatorId, failures, lastFailedAt: now, lockedUntil })
    .where(eq(signInAttempts.loginHash, row.loginHash))
  return isLocking
}

/** A lock counts once; when it ends the counting starts anew. */
function countOf(row: Row): number {
  return row.lockedUntil === null ? row.failures : 0
}

/**
 * Forgets the failures of a person, and those of a login that were counted before it was anybody's. Whoever calls may
 * hold the person: a login at which somebody tries just now waits for that and is left to its attempt.
 */
export async function forgetFailures(db: Database, operatorId: string, loginHash: Buffer): Promise<void> {
  const free = db
    .select({ loginHash: signInAttempts.loginHash })
    .from(signInAttempts)
    .where(or(eq(signInAttempts.operatorId, operatorId), eq(signInAttempts.loginHash, loginHash)))
    .for('update', { skipLocked: true })
  await db.delete(signInAttempts).where(inArray(signInAttempts.loginHash, free))
}

/** Frees all logins of a person, attempts on their way awaited. True where there was something to forget. */
export async function freeLogins(db: Database, operatorId: string): Promise<boolean> {
  const gone = await db
    .delete(signInAttempts)
    .where(eq(signInAttempts.operatorId, operatorId))
    .returning({ failures: signInAttempts.failures })
  return gone.some(({ failures }) => failures > 0)
}
