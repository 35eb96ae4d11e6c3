import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { codeNeeded, invalidCode } from './errors'
import { type Guarded, guarded } from './guard'
import { type Call, message, type Outcome, subjectOf } from './message'
import { ProofInput } from './schemas'
import { isWrongCode, markUsed, wasUsed } from './second-factor-step'
import { operatorSessions } from './tables'

type Proof = z.output<typeof ProofInput>

/** The whole way in once more, by somebody signed in: what asks for a fresh proof may be done for a while. */
export const proofMessage = message('/proof', ProofInput, prove)

function prove(call: Call, input: Proof): Promise<Outcome> {
  return guarded(call, async (guard) => {
    const refused = await refuseProof(call, guard, input)
    if (refused !== undefined) return refused
    const { scope, address } = call
    const { session, actor, username } = guard.signedIn
    await scope.db
      .update(operatorSessions)
      .set({ provedAt: scope.clock.now() })
      .where(eq(operatorSessions.id, session.id))
    scope.audit({
      action: 'operator.proved_again',
      subject: subjectOf({ id: actor.id, username }),
      after: { factor: input.secondFactor?.kind ?? 'password', address },
    })
    return { status: 204, cookies: [] }
  })
}

/**
 * Checks password and, where the account has one, second factor. A code is looked at, and spent, only after the right
 * password.
 * @returns the refusal, counted like any failed attempt; undefined where the proof stands
 */
export async function refuseProof(
  call: Call,
  guard: Guarded,
  { password, secondFactor }: Proof,
): Promise<Outcome | undefined> {
  const answer = await call.auth('session', (api, headers) =>
    api.verifyPassword({ headers, asResponse: true, body: { password } }),
  )
  if (!answer.isDone) return guard.refusePassword(answer)
  const { actor, twoFactorEnabled } = guard.signedIn
  if (!twoFactorEnabled) return undefined
  if (secondFactor === undefined) {
    // As between password and second factor of a sign-in: neither counted nor forgotten.
    call.scope.nothingChanged()
    return { refusal: codeNeeded() }
  }
  const { kind, code } = secondFactor
  if (kind === 'totp' && (await wasUsed(call.scope.db, actor.id, code)))
    return guard.refuse(invalidCode(), 'code_used_before')
  const second = await call.auth('session', (api, headers) =>
    kind === 'totp'
      ? api.verifyTOTP({ headers, asResponse: true, body: { code } })
      : api.verifyBackupCode({ headers, asResponse: true, body: { code } }),
  )
  if (!second.isDone) {
    if (!isWrongCode(second)) throw new Error(`The sign-in library refused: ${second.code ?? second.status}`)
    return guard.refuse(invalidCode(), kind === 'totp' ? 'wrong_code' : 'wrong_backup_code')
  }
  if (kind === 'totp') await markUsed(call.scope.db, actor.id, code)
  else
    call.scope.audit({
      action: 'operator.backup_code_used',
      subject: subjectOf({ id: actor.id, username: guard.signedIn.username }),
      after: { address: call.address },
    })
  return undefined
}
