import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FeedRow } from '../core/change-feed'
import type { Actor, Services } from '../core/context'
import { sendProblem } from '../core/problem'
import { noteStranger, type Stranger } from '../features/audit'
import type { SignInRoom } from '../features/operators/sign-in'
import { KeyAuthenticator, type Use } from '../integrator/authenticate'
import { createRestHandler } from '../integrator/handler'
import type { TerminalDoor } from '../terminal/door'
import { createTrpcHandler } from '../trpc/handler'
import { createDocuments } from './documents'
import type { Metrics } from './metrics'
import { createOperations } from './operations'

type Handler = (req: IncomingMessage, res: ServerResponse) => void

export interface Door {
  /** True for what is not a page: everything the framework must not see. */
  handles(url: string): boolean
  all: Handler
  /** For the terminal network: terminals and health, nothing else. */
  terminals: Handler
  onChanges(rows: readonly FeedRow[]): void
}

export interface DoorParts {
  services: Services
  terminals: TerminalDoor
  signIn: SignInRoom
  metrics: Metrics
  nextRequestId(): string
  stopping: AbortSignal
  state(): 'starting' | 'ready' | 'draining'
}

/**
 * The map of everything that is not a page, by first segments of the path. The transports behind it know nothing of
 * each other.
 */
export function createDoor(parts: DoorParts): Door {
  const operations = createOperations(parts)
  const health: [string, Handler][] = [
    ['/terminal', parts.terminals.handle],
    ['/healthz', operations.health],
    ['/readyz', operations.ready],
  ]
  const keys = new KeyAuthenticator(parts.services)
  const callers = {
    ...parts,
    authenticate: (req: IncomingMessage, use?: Use) => authenticateCaller(req, keys, parts.signIn, use),
    strangerRefused(stranger: Stranger) {
      parts.metrics.strangerRefused()
      noteStranger(parts.services, stranger)
    },
  }
  const documents = createDocuments()
  const rooms: [string, Handler][] = [
    ...health,
    ['/api/v1', createRestHandler(callers)],
    ['/api/trpc', createTrpcHandler(callers)],
    ['/api/auth', parts.signIn.handle],
    ['/api/openapi.json', documents.rest],
    ['/api/terminal.openapi.json', documents.terminals],
    ['/metrics', operations.metrics],
  ]
  return {
    handles: (url) =>
      !isPage(url) && (rooms.some(([prefix]) => isBelow(url, prefix)) || isBelow(url, '/api')),
    all: dispatch(rooms, parts.nextRequestId),
    terminals: dispatch(health, parts.nextRequestId),
    onChanges(rows) {
      if (rows.some((row) => row.topic === 'api_key')) keys.forget()
    },
  }
}

/** A program by its key, a person by the session cookie. Whoever shows a key is judged by it alone. */
export async function authenticateCaller(
  req: IncomingMessage,
  keys: KeyAuthenticator,
  signIn: Pick<SignInRoom, 'authenticate'>,
  use?: Use,
): Promise<Actor | undefined> {
  if (req.headers.authorization !== undefined) return keys.authenticate(req, use)
  return (await signIn.authenticate(req))?.actor
}

function dispatch(rooms: readonly [string, Handler][], nextRequestId: () => string): Handler {
  return (req, res) => {
    const url = req.url ?? '/'
    for (const [prefix, handle] of rooms) if (isBelow(url, prefix)) return handle(req, res)
    res.setHeader('X-Request-Id', nextRequestId())
    sendProblem(req, res, { status: 404, code: 'unknown_path', detail: 'There is nothing at this address.' })
  }
}

/** The one page among what is not. */
const isPage = (url: string) => /^\/api\/docs\/?(?:\?|$)/.test(url)

function isBelow(url: string, prefix: string): boolean {
  if (!url.startsWith(prefix)) return false
  const next = url.charCodeAt(prefix.length)
  // End of text, "/" or "?".
  return Number.isNaN(next) || next === 47 || next === 63
}
