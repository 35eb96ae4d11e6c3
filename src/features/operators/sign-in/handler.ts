import type { IncomingMessage, ServerResponse } from 'node:http'
import { uptimeMs } from '../../../core/clock'
import type { Ctx, Services } from '../../../core/context'
import { databaseFailure } from '../../../core/database-failure'
import { failure, isFailure } from '../../../core/errors'
import { isJsonOrNothing, isOwnPage, sourceOf } from '../../../core/http-caller'
import { announcesBody, problemOf, sendProblem } from '../../../core/problem'
import { SourceLimiter } from '../../../core/rate'
import { Turnstile } from '../../../core/turnstile'
import { inMutation, parseInput } from '../../../core/verb'
import { noteStranger } from '../../audit'
import { readJson } from './body'
import type { SignedCookies } from './cookies'
import { foreignOrigin, notJson, onlyPost, signInBusy, tooManyRequests, unknownMessage } from './errors'
import { type Library, libraryHeaders } from './library'
import type { Call, Message, Outcome } from './message'
import type { SessionAuthenticator } from './sessions'

const PREFIX = '/api/auth'
const MAX_USER_AGENT_LENGTH = 300

/**
 * Each message holds a connection for as long as a password takes to check. A few at a time keep most of the pool, and
 * the threads that hash, for everybody else.
 */
const CROWD = { atOnce: 4, waiting: 60, busy: () => signInBusy({ retryAfterSeconds: 5 }) }

const internal = failure('internal', 'internal', 'The server made a mistake.')

export interface SignInHandlerParts {
  services: Services
  secret: string
  messages: readonly Message[]
  auth: Library
  cookies: SignedCookies
  sessions: SessionAuthenticator
  nextRequestId(): string
}

/**
 * The sign-in room: a closed list of messages, JSON by POST, from our own pages. Each runs in one transaction that ends
 * with its audit row; what it counts against guessing is committed even where it refuses.
 */
export function createSignInHandler(parts: SignInHandlerParts) {
  const { services, cookies } = parts
  const { http, signIn } = services.settings
  const byPath = new Map(parts.messages.map((one) => [PREFIX + one.path, one]))
  const callers = new SourceLimiter(signIn.requestsPerMinute)
  const turnstile = new Turnstile(CROWD)

  async function answer(req: IncomingMessage, requestId: string): Promise<Outcome> {
    const message = byPath.get((req.url ?? '').split('?', 1)[0] ?? '')
    if (message === undefined) throw unknownMessage()
    if (req.method !== 'POST') throw onlyPost({ values: { allow: ['POST'] } })
    if (!isOwnPage(req, http)) throw foreignOrigin()
    const address = sourceOf(req, http.trustProxy)
    if (!callers.take(address, uptimeMs())) {
      noteStranger(services, { door: 'sign-in', requestId, address })
      throw tooManyRequests({ retryAfterSeconds: 60 / signIn.requestsPerMinute })
    }
    if (!isJsonOrNothing(req) || (announcesBody(req) && req.headers['content-type'] === undefined))
      throw notJson()
    const input = parseInput(message.input, await readJson(req))
    return turnstile.pass(() => run(message, input, req, address, requestId))
  }

  async function run(
    message: Message,
    input: unknown,
    req: IncomingMessage,
    address: string,
    requestId: string,
  ): Promise<Outcome> {
    const signedIn = await parts.sessions.find(req, { isUse: true })
    const ctx: Ctx = {
      ...services,
      actor: signedIn?.actor ?? { kind: 'job', name: 'sign-in' },
      requestId,
      address,
    }
    const userAgent = (req.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT_LENGTH)
    return inMutation(ctx, (scope) => {
      const now = scope.clock.now()
      const call: Call = {
        scope,
        address,
        signedIn,
        challenge: cookies.value(req, 'secondFactor'),
        secret: parts.secret,
        auth(cookie, ask) {
          // A session that takes the place of another one ends when that would have ended, and has proved no more.
          const before = cookie === 'session' ? signedIn?.session : undefined
          const sessionEndsAt = before?.expiresAt ?? new Date(now.getTime() + signIn.maxHours * 3_600_000)
          const provedAt = before?.provedAt ?? now
          const headers = libraryHeaders({
            cookie: cookie === undefined ? undefined : cookies.header(req, cookie),
            address,
            userAgent,
          })
          return parts.auth.call(
            cookies.isSecure(req),
            { db: scope.db, now, sessionEndsAt, provedAt },
            (api) => ask(api, headers),
          )
        },
      }
      return message.run(call, input)
    })
  }

  return function handleSignIn(req: IncomingMessage, res: ServerResponse): void {
    const requestId = parts.nextRequestId()
    res.setHeader('X-Request-Id', requestId)
    res.setHeader('Cache-Control', 'no-store')
    answer(req, requestId)
      .then((outcome) => {
        if ('refusal' in outcome) throw outcome.refusal
        send(res, outcome)
      })
      .catch((error: unknown) => {
        if (res.destroyed || req.readableAborted) return
        const known = isFailure(error) ? error : databaseFailure(error)
        const refusal = known ?? internal(undefined, { cause: error })
        if (refusal.kind === 'internal')
          services.log.error('sign_in_message_failed', { requestId, error: error as Error })
        sendProblem(req, res, problemOf(refusal))
      })
  }
}

function send(res: ServerResponse, outcome: Exclude<Outcome, { refusal: unknown }>): void {
  if (outcome.cookies.length > 0) res.setHeader('Set-Cookie', outcome.cookies)
  if (outcome.body === undefined) {
    res.writeHead(outcome.status).end()
    return
  }
  const body = Buffer.from(JSON.stringify(outcome.body))
  res
    .writeHead(outcome.status, { 'Content-Type': 'application/json', 'Content-Length': body.length })
    .end(body)
}
