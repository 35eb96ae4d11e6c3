import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { databaseFailure } from '../core/database-failure'
import { newId } from '../core/ids'
import { type Problem, problemOf, sendProblem } from '../core/problem'
import { refusePage } from './page-gate'
import { PAGE_HEADERS } from './page-headers'
import { visit } from './page-visit'
import type { Runtime } from './runtime'

export interface Front {
  /** Everything: the door's paths by the door, the rest by the framework. */
  all: RequestListener
  /** The port for the terminal network: the framework is not reachable through it. */
  terminals: RequestListener
}

/**
 * Sorts requests before the framework sees one: bytes, streams and everything that is not a page go to the door as
 * plain Node requests. The built server and `npm run dev` share it.
 */
export function createFront(runtime: FrontParts, pages: RequestListener): Front {
  const { door, log } = runtime
  const guarded =
    (handle: RequestListener): RequestListener =>
    (req, res) => {
      try {
        if (isSound(req, res)) handle(req, res)
      } catch (error) {
        // Uncaught it would stop the server for everybody.
        log.error('request_failed', { error: error as Error })
        if (res.headersSent) res.destroy()
        else sendProblem(req, res, BROKEN)
      }
    }
  return {
    all: guarded((req, res) => {
      if (door.handles(req.url ?? '')) door.all(req, res)
      else servePage(req, res, runtime, pages)
    }),
    terminals: guarded(door.terminals),
  }
}

type FrontParts = Pick<Runtime, 'door' | 'log' | 'signIn'>

const BROKEN: Problem = { status: 500, code: 'internal', detail: 'The server made a mistake.' }
const HOST_MISSING: Problem = { status: 400, code: 'host_missing', detail: 'The Host header is missing.' }

/** RFC 9112 § 3.2: no Host, no answer but 400; the absolute form of an address is made the ordinary one. */
function isSound(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.headers.host === undefined && req.httpVersion === '1.1') {
    res.setHeader('X-Request-Id', newId())
    sendProblem(req, res, HOST_MISSING)
    return false
  }
  const url = req.url ?? ''
  if (!url.startsWith('/')) req.url = url.replace(/^https?:\/\/[^/?#]*\/?/i, '/')
  return true
}

function servePage(
  req: IncomingMessage,
  res: ServerResponse,
  { log, signIn }: FrontParts,
  pages: RequestListener,
): void {
  for (const [name, value] of Object.entries(PAGE_HEADERS)) res.setHeader(name, value)
  res.setHeader('X-Request-Id', newId())
  const refusal = refusePage(req)
  if (refusal !== undefined) {
    sendProblem(req, res, refusal)
    return
  }
  visit(req, signIn)
    .then(({ redirectTo }) => {
      if (redirectTo === undefined) pages(req, res)
      else res.writeHead(302, { Location: redirectTo, 'Cache-Control': 'no-store' }).end()
    })
    .catch((error: unknown) => {
      const unreachable = databaseFailure(error)
      if (unreachable === undefined) log.error('request_failed', { error: error as Error })
      if (res.headersSent) res.destroy()
      else sendProblem(req, res, unreachable === undefined ? BROKEN : problemOf(unreachable))
    })
}
