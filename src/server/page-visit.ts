import type { IncomingMessage } from 'node:http'
import { isPermitted } from '../core/context'
import { PERMISSION_NAMES } from '../core/permissions'
import type { SignInRoom } from '../features/operators/sign-in'
import { localPath } from './local-path'
import { setVisitor } from './visitor'

const SIGN_IN = '/sign-in'
const SETUP = '/setup'
/** Tells no more than the source; `src/server/door.ts` leaves it to the pages. */
const API_DOCS = '/api/docs'
const ACCOUNT = '/account'

interface Visiting {
  isSetupNeeded: boolean
  isSignedIn: boolean
  owesSecondFactor: boolean
}

/**
 * Finds out who looks at a page and puts it on the request. Says where they have to go first: strangers to the sign-in
 * page with the way back, the signed-in away from it, who owes a second factor to the own account, everybody to the
 * set-up while there is no operator.
 */
export async function visit(req: IncomingMessage, signIn: SignInRoom): Promise<{ redirectTo?: string }> {
  const url = req.url ?? '/'
  const [path = '/'] = url.split('?', 1)
  if (isFile(path)) return {}
  const isSetupNeeded = await signIn.isSetupNeeded()
  const signedIn = isSetupNeeded ? undefined : await signIn.visitor(req)
  setVisitor(req, { isSetupNeeded, operator: signedIn === undefined ? null : toOperator(signedIn) })
  const redirectTo = wayOf(path, url, {
    isSetupNeeded,
    isSignedIn: signedIn !== undefined,
    owesSecondFactor: signedIn?.actor.owesSecondFactor === true,
  })
  return redirectTo === undefined ? {} : { redirectTo }
}

function wayOf(
  path: string,
  url: string,
  { isSetupNeeded, isSignedIn, owesSecondFactor }: Visiting,
): string | undefined {
  const page = path.replace(/(?<=.)\/+$/, '')
  if (page === API_DOCS) return undefined
  if (page === SETUP) return isSetupNeeded ? undefined : isSignedIn ? '/' : SIGN_IN
  if (page === SIGN_IN) return isSetupNeeded ? SETUP : isSignedIn ? wayBack(url) : undefined
  if (isSignedIn && page !== ACCOUNT && owesSecondFactor) return withNext(ACCOUNT, url)
  if (isSignedIn) return undefined
  return withNext(SIGN_IN, url)
}

function withNext(page: string, url: string): string {
  return url === '/' ? page : `${page}?next=${encodeURIComponent(url)}`
}

function wayBack(url: string): string {
  return localPath(new URLSearchParams(url.split('?', 2)[1] ?? '').get('next'))
}

const ROOT_FILE = /^\/[\w.-]+\.(?:ico|png|svg|txt|xml|webmanifest)$/

/** Scripts, styles, icons: the same for everybody, and asked for by the sign-in page too. */
function isFile(path: string): boolean {
  return path.startsWith('/_build/') || path.startsWith('/@') || ROOT_FILE.test(path)
}

function toOperator({ actor, username, name, twoFactorEnabled }: SignedIn) {
  const permissions = PERMISSION_NAMES.filter((one) => isPermitted(actor, one))
  const owesSecondFactor = actor.owesSecondFactor === true
  return { id: actor.id, username, name, role: actor.role, permissions, twoFactorEnabled, owesSecondFactor }
}

type SignedIn = NonNullable<Awaited<ReturnType<SignInRoom['visitor']>>>
