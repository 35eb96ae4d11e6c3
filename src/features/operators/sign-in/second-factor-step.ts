import { createHash } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Database } from '../../../db/client'
import { operators } from '../tables'
import { hashLogin, holdLogin } from './attempts'
import { invalidCode, secondFactorExpired } from './errors'
import { actorOf, admit, refuse, refuseLocked } from './guard'
import type { LibraryAnswer } from './library'
import { type Call, message, type Outcome, subjectOf } from './message'
import { SecondFactorInput } from './schemas'
import { operatorChallenges, operatorUsedCodes } from './tables'

/** The code from the authenticator, or one of the backup codes, after the password. */
export const secondFactorMessage = message('/second-factor', SecondFactorInput, secondFactor)

async function secondFactor(call: Call, input: z.output<typeof SecondFactorInput>): Promise<Outcome> {
  const { scope } = call
  const challenged = await personOfChallenge(scope.db, call.challenge)
  if (challenged === undefined) throw secondFactorExpired()
  const held = await holdLogin(scope.db, hashLogin(call.secret, challenged.username), scope.clock.now())
  const [person] = await scope.db
    .select()
    .from(operators)
    .where(and(eq(operators.id, challenged.id), eq(operators.state, 'active')))
    .for('no key update')
  if (person === undefined) throw secondFactorExpired()
  const locked = refuseLocked(call, held)
  if (locked !== undefined) return locked
  if (input.kind === 'totp' && (await wasUsed(scope.db, person.id, input.code)))
    return refuse(call, held, person, { failure: invalidCode(), reason: 'code_used_before' })
  const answer = await call.auth('secondFactor', (api, headers) =>
    input.kind === 'totp'
      ? api.verifyTOTP({ headers, asResponse: true, body: { code: input.code } })
      : api.verifyBackupCode({ headers, asResponse: true, body: { code: input.code } }),
  )
  if (!answer.isDone) {
    const reason = input.kind === 'totp' ? 'wrong_code' : 'wrong_backup_code'
    const failure = isWrongCode(answer) ? invalidCode() : secondFactorExpired()
    return refuse(call, held, person, { failure, reason })
  }
  if (input.kind === 'totp') await markUsed(scope.db, person.id, input.code)
  else
    scope.audit({
      action: 'operator.backup_code_used',
      subject: subjectOf(person),
      actor: actorOf(person),
      after: { address: call.address },
    })
  await admit(call, held, person, input.kind)
  return { status: 200, body: { status: 'signed_in' }, cookies: answer.cookies }
}

export function isWrongCode({ code }: LibraryAnswer): boolean {
  return code === 'INVALID_CODE' || code === 'INVALID_BACKUP_CODE'
}

async function personOfChallenge(db: Database, identifier: string | undefined) {
  if (identifier === undefined) return undefined
  const [challenge] = await db
    .select()
    .from(operatorChallenges)
    .where(eq(operatorChallenges.identifier, identifier))
  if (challenge === undefined || challenge.expiresAt <= new Date()) return undefined
  const [person] = await db.select().from(operators).where(eq(operators.id, challenge.value))
  return person
}

/**
 * RFC 6238 § 5.2: a code that was accepted is not accepted again. The library forgets to ask. Callers hold the login,
 * so that of the same code sent twice at once the second finds the first.
 */
export async function wasUsed(db: Database, operatorId: string, code: string): Promise<boolean> {
  const found = await db
    .select({ usedAt: operatorUsedCodes.usedAt })
    .from(operatorUsedCodes)
    .where(
      and(
        eq(operatorUsedCodes.operatorId, operatorId),
        eq(operatorUsedCodes.codeHash, hashCode(operatorId, code)),
      ),
    )
  return found.length > 0
}

export async function markUsed(db: Database, operatorId: string, code: string): Promise<void> {
  await db.insert(operatorUsedCodes).values({ operatorId, codeHash: hashCode(operatorId, code) })
}

function hashCode(operatorId: string, code: string): Buffer {
  return createHash('sha256').update(`${operatorId}:${code}`).digest()
}
