import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { newId } from '../core/ids'
import { type Problem, sendProblem } from '../core/problem'
import { refusePage } from './page-gate'
import { PAGE_HEADERS } from './page-headers'
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
export function createFront({ door, log }: Pick<Runtime, 'door' | 'log'>, pages: RequestListener): Front {
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
      else servePage(req, res, pages)
    }),
    terminals: guarded(door.terminals),
  }
}

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

function servePage(req: IncomingMessage, res: ServerResponse, pages: RequestListener): void {
  for (const [name, value] of Object.entries(PAGE_HEADERS)) res.setHeader(name, value)
  res.setHeader('X-Request-Id', newId())
  const refusal = refusePage(req)
  if (refusal === undefined) pages(req, res)
  else sendProblem(req, res, refusal)
}
