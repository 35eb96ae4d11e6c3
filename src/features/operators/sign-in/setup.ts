import { and, eq, gt } from 'drizzle-orm'
import type { z } from 'zod'
import type { Services } from '../../../core/context'
import { hashToken, looksLikeToken, mintToken, TOKEN_PREFIX } from '../../../core/tokens'
import type { RawSql } from '../../../db/client'
import { insertOperator } from '../service/people'
import { holdOperators } from '../service/rows'
import { operators } from '../tables'
import { hashLogin, holdLogin } from './attempts'
import { setupRefused } from './errors'
import { admit } from './guard'
import { type Call, message, type Outcome } from './message'
import { SetupInput } from './schemas'
import { setupTokens } from './tables'

const GOOD_FOR_MS = 24 * 3_600_000

/**
 * The first administrator, by the link that the server printed: the first visitor must not become administrator by
 * luck. All links end with the first operator, whoever makes it and by whatever way.
 */
export const setupMessage = message('/setup', SetupInput, setUp)

async function setUp(call: Call, input: z.output<typeof SetupInput>): Promise<Outcome> {
  const { scope } = call
  const { db } = scope
  if (!looksLikeToken(input.token, TOKEN_PREFIX.setup)) throw setupRefused()
  await holdOperators(db)
  const now = scope.clock.now()
  const [link] = await db
    .select()
    .from(setupTokens)
    .where(and(eq(setupTokens.tokenHash, hashToken(input.token)), gt(setupTokens.expiresAt, now)))
  const [somebody] = await db.select({ id: operators.id }).from(operators).limit(1)
  if (link === undefined || somebody !== undefined) throw setupRefused()
  const { username, password } = input
  const person = await insertOperator(scope, {
    username,
    password,
    role: 'admin',
    visibility: { kind: 'all' },
    ...(input.name === undefined ? {} : { name: input.name }),
  })
  const held = await holdLogin(db, hashLogin(call.secret, username), now)
  const answer = await call.auth(undefined, (api, headers) =>
    api.signInUsername({ headers, asResponse: true, body: { username, password } }),
  )
  if (!answer.isDone) throw new Error(`The first sign-in was refused: ${answer.code ?? answer.status}`)
  await admit(call, held, person, 'password')
  return { status: 201, body: { status: 'signed_in' }, cookies: answer.cookies }
}

/** A fresh link's token where there is no operator yet; undefined where there is. Only its hash is kept. */
export async function openSetup({ db, sql: raw, clock }: Services): Promise<string | undefined> {
  if (await hasOperators(raw)) return undefined
  const token = mintToken(TOKEN_PREFIX.setup)
  const expiresAt = new Date(clock.now().getTime() + GOOD_FOR_MS)
  await db.insert(setupTokens).values({ tokenHash: hashToken(token), expiresAt })
  return token
}

export async function hasOperators(raw: RawSql): Promise<boolean> {
  const [row] = await raw<{ has: boolean }[]>`select exists (select 1 from operators) as has`
  return row?.has === true
}
