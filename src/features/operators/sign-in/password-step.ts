import { eq, or, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { operators } from '../tables'
import { foldLogin, hashLogin, holdLogin, isLockedInSilence } from './attempts'
import { invalidCredentials } from './errors'
import { admit, refuse, refuseLocked } from './guard'
import { type Call, message, type Outcome } from './message'
import { SignInInput } from './schemas'
import { signInAttempts } from './tables'

/** No user name holds an `@`. The library takes as long for it as for a wrong password. */
const NOBODY = '@nobody'

/**
 * User name or e-mail, and password. Unknown logins, wrong passwords, closed accounts and people locked by their other
 * login are one answer; each is checked against a hash, so that the time tells nothing either.
 */
export const signInMessage = message('/sign-in', SignInInput, signIn)

async function signIn(call: Call, input: z.output<typeof SignInInput>): Promise<Outcome> {
  const { scope } = call
  const { db } = scope
  const now = scope.clock.now()
  const login = foldLogin(input.login)
  const held = await holdLogin(db, hashLogin(call.secret, login), now)
  // Held until the commit, so that no reset or closing of the account slips in between check and session.
  const [person] = await db
    .select()
    .from(operators)
    .where(or(sql`lower(${operators.username}) = ${login}`, sql`lower(${operators.email}) = ${login}`))
    .for('no key update')
  if (person !== undefined && held.operatorId !== person.id)
    await db
      .update(signInAttempts)
      .set({ operatorId: person.id })
      .where(eq(signInAttempts.loginHash, held.loginHash))
  const locked = refuseLocked(call, held)
  if (locked !== undefined) return locked
  const obstacle = await obstacleOf()
  const answer = await call.auth(undefined, (api, headers) =>
    api.signInUsername({
      headers,
      asResponse: true,
      body: {
        username: obstacle === undefined && person !== undefined ? person.username : NOBODY,
        password: input.password,
      },
    }),
  )
  if (!answer.isDone || person === undefined)
    return refuse(call, held, person, {
      failure: invalidCredentials(),
      reason: obstacle ?? 'wrong_password',
    })
  if (answer.body.twoFactorRedirect === true) {
    // Neither counted nor forgotten: the attempt goes on with the second factor.
    scope.nothingChanged()
    return { status: 200, body: { status: 'second_factor' }, cookies: answer.cookies }
  }
  await admit(call, held, person, 'password')
  return { status: 200, body: { status: 'signed_in' }, cookies: answer.cookies }

  async function obstacleOf(): Promise<string | undefined> {
    if (person === undefined) return 'unknown_login'
    if (person.state !== 'active') return 'disabled'
    const isSilent = await isLockedInSilence(db, held, person.id, now, scope.settings.signIn)
    return isSilent ? 'locked_by_other_login' : undefined
  }
}
