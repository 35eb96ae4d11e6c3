import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Services } from '../../../core/context'
import { SignedCookies } from './cookies'
import { createSignInHandler } from './handler'
import { Library } from './library'
import type { Message } from './message'
import { ownAccountMessages } from './own-account'
import { signInMessage } from './password-step'
import { proofMessage } from './proof'
import { secondFactorMessage } from './second-factor-step'
import { SessionAuthenticator, type SignedIn } from './sessions'
import { hasOperators, openSetup, setupMessage } from './setup'

export interface SignInRoom {
  /** Everything below /api/auth. */
  handle(req: IncomingMessage, res: ServerResponse): void
  /** Who calls a door, by the session cookie. */
  authenticate(req: IncomingMessage): Promise<SignedIn | undefined>
  /** Who looks at a page; other sites may link to it. */
  visitor(req: IncomingMessage): Promise<SignedIn | undefined>
  /** True while there is nobody who could sign in. */
  isSetupNeeded(): Promise<boolean>
  /** The token of a link for the first administrator; undefined where there is an operator. */
  openSetup(): Promise<string | undefined>
}

/** Every message of the room. */
export const signInMessages: readonly Message[] = [
  signInMessage,
  secondFactorMessage,
  proofMessage,
  ...ownAccountMessages,
  setupMessage,
]

/** Operators' sign-in, put together. It is a face of its own, so that tools do not carry the sign-in library. */
export function createSignInRoom(parts: {
  services: Services
  secret: string
  nextRequestId(): string
}): SignInRoom {
  const { services, secret } = parts
  const { settings, log } = services
  const cookies = new SignedCookies(secret, settings.http)
  const sessions = new SessionAuthenticator(services, cookies)
  const library = new Library({ secret, settings, log })
  // Operators are closed, never removed: once there is one there always is.
  let isSetUp = false
  return {
    handle: createSignInHandler({ ...parts, messages: signInMessages, auth: library, cookies, sessions }),
    authenticate: (req) => sessions.authenticate(req),
    visitor: (req) => sessions.find(req, { isUse: true }),
    async isSetupNeeded() {
      isSetUp ||= await hasOperators(services.sql)
      return !isSetUp
    },
    openSetup: () => openSetup(services),
  }
}
