import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { endChallenges } from '../service/people'
import {
  invalidCode,
  notSignedIn,
  twoFactorEnabled,
  twoFactorNotEnabled,
  twoFactorNotStarted,
  twoFactorRequired,
} from './errors'
import { guarded } from './guard'
import { type Call, message, type Outcome, subjectOf } from './message'
import { refuseProof } from './proof'
import { ChangePasswordInput, ConfirmInput, NoInput, PasswordAgain, ProofInput } from './schemas'
import { isWrongCode, markUsed, wasUsed } from './second-factor-step'
import { operatorSessions } from './tables'

/** What somebody signed in does with the own way in. Each step but signing out asks for password or code again. */
export const ownAccountMessages = [
  message('/sign-out', NoInput, signOut),
  message('/two-factor/enable', PasswordAgain, enable),
  message('/two-factor/confirm', ConfirmInput, confirm),
  message('/two-factor/disable', ProofInput, disable),
  message('/two-factor/backup-codes', ProofInput, renewBackupCodes),
  message('/password', ChangePasswordInput, changePassword),
]

/** Good for everybody: whoever is not signed in loses the cookie and is told so the same way. */
async function signOut(call: Call): Promise<Outcome> {
  const { scope, signedIn } = call
  const answer = await call.auth(undefined, (api, headers) => api.signOut({ headers, asResponse: true }))
  if (signedIn === undefined) scope.nothingChanged()
  else {
    await scope.db.delete(operatorSessions).where(eq(operatorSessions.id, signedIn.session.id))
    audit(call, 'operator.signed_out')
  }
  return { status: 204, cookies: answer.cookies }
}

/** Makes secret and backup codes. Nothing is asked of the person until a code has shown that the secret arrived. */
function enable(call: Call, { password }: z.output<typeof PasswordAgain>): Promise<Outcome> {
  return guarded(call, async (guard) => {
    if (guard.signedIn.twoFactorEnabled) throw twoFactorEnabled()
    const answer = await call.auth('session', (api, headers) =>
      api.enableTwoFactor({ headers, asResponse: true, body: { password } }),
    )
    const refused = await guard.refusePassword(answer)
    if (refused !== undefined) return refused
    audit(call, 'operator.two_factor_prepared')
    const { totpURI, backupCodes } = answer.body as { totpURI: string; backupCodes: string[] }
    return {
      status: 200,
      body: { totpUri: withUsername(totpURI, guard.signedIn.username), backupCodes },
      cookies: [],
    }
  })
}

/** The library names an account by its e-mail, which not everybody here has. */
function withUsername(uri: string, username: string): string {
  const url = new URL(uri)
  const issuer = url.searchParams.get('issuer') ?? ''
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(username)}${url.search}`
}

function confirm(call: Call, { code }: z.output<typeof ConfirmInput>): Promise<Outcome> {
  return guarded(call, async (guard) => {
    const { actor, twoFactorEnabled: isEnabled } = guard.signedIn
    if (isEnabled) throw twoFactorEnabled()
    const { db } = call.scope
    if (await wasUsed(db, actor.id, code)) return guard.refuse(invalidCode(), 'code_used_before')
    const answer = await call.auth('session', (api, headers) =>
      api.verifyTOTP({ headers, asResponse: true, body: { code } }),
    )
    if (!answer.isDone) {
      if (isWrongCode(answer)) return guard.refuse(invalidCode(), 'wrong_code')
      throw answer.code === 'TOTP_NOT_ENABLED' ? twoFactorNotStarted() : notSignedIn()
    }
    await markUsed(db, actor.id, code)
    audit(call, 'operator.two_factor_enabled')
    return { status: 204, cookies: answer.cookies }
  })
}

/** By the second factor itself as well: who has the password and an open desk is not the person yet. */
function disable(call: Call, proof: z.output<typeof ProofInput>): Promise<Outcome> {
  return guarded(call, async (guard) => {
    if (!guard.signedIn.twoFactorEnabled) throw twoFactorNotEnabled()
    const { secondFactorRoles } = call.scope.settings.signIn
    if (secondFactorRoles.includes(guard.signedIn.actor.role)) throw twoFactorRequired()
    const unproved = await refuseProof(call, guard, proof)
    if (unproved !== undefined) return unproved
    const { password } = proof
    const answer = await call.auth('session', (api, headers) =>
      api.disableTwoFactor({ headers, asResponse: true, body: { password } }),
    )
    const refused = await guard.refusePassword(answer)
    if (refused !== undefined) return refused
    audit(call, 'operator.two_factor_disabled')
    return { status: 204, cookies: answer.cookies }
  })
}

/** The same: whoever has new codes has the second factor. */
function renewBackupCodes(call: Call, proof: z.output<typeof ProofInput>): Promise<Outcome> {
  return guarded(call, async (guard) => {
    if (!guard.signedIn.twoFactorEnabled) throw twoFactorNotEnabled()
    const unproved = await refuseProof(call, guard, proof)
    if (unproved !== undefined) return unproved
    const { password } = proof
    const answer = await call.auth('session', (api, headers) =>
      api.generateBackupCodes({ headers, asResponse: true, body: { password } }),
    )
    const refused = await guard.refusePassword(answer)
    if (refused !== undefined) return refused
    audit(call, 'operator.backup_codes_renewed')
    return { status: 200, body: { backupCodes: answer.body.backupCodes }, cookies: [] }
  })
}

/** Ends every other session: whoever else had the old password is out. */
function changePassword(call: Call, input: z.output<typeof ChangePasswordInput>): Promise<Outcome> {
  return guarded(call, async (guard) => {
    const answer = await call.auth('session', (api, headers) =>
      api.changePassword({ headers, asResponse: true, body: { ...input, revokeOtherSessions: true } }),
    )
    const refused = await guard.refusePassword(answer)
    if (refused !== undefined) return refused
    await endChallenges(call.scope.db, guard.signedIn.actor.id)
    audit(call, 'operator.password_changed')
    return { status: 204, cookies: answer.cookies }
  })
}

function audit(call: Call, action: string): void {
  const { signedIn, scope, address } = call
  if (signedIn === undefined) throw notSignedIn()
  const subject = subjectOf({ id: signedIn.actor.id, username: signedIn.username })
  scope.audit({ action, subject, after: { address } })
}
