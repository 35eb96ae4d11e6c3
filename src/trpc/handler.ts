import type { IncomingMessage, ServerResponse } from 'node:http'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import type { Actor, Services } from '../core/context'
import { sendProblem } from '../core/problem'
import { failureOf } from './errors'
import { appRouter } from './root'

const PREFIX = '/api/trpc/'
const MAX_BODY_BYTES = 1024 * 1024
const MAX_BATCH = 50

export interface TrpcParts {
  services: Services
  authenticate(req: IncomingMessage): Promise<Actor | undefined>
  nextRequestId(): string
  /** Aborted when the server drains. */
  stopping: AbortSignal
}

/** tRPC over HTTP and SSE, for the web app and for programs. */
export function createTrpcHandler({ services, authenticate, nextRequestId, stopping }: TrpcParts) {
  return function handleTrpc(req: IncomingMessage, res: ServerResponse): void {
    const requestId = nextRequestId()
    res.setHeader('X-Request-Id', requestId)
    res.setHeader('Cache-Control', 'no-store')
    const path = (req.url ?? '').split('?', 1)[0] ?? ''
    if (!isOwnPage(req)) {
      sendProblem(req, res, {
        status: 403,
        code: 'foreign_origin',
        detail: 'This call comes from another site.',
      })
      return
    }
    void nodeHTTPRequestHandler({
      router: appRouter,
      req,
      res,
      path: path.slice(PREFIX.length),
      maxBodySize: MAX_BODY_BYTES,
      maxBatchSize: MAX_BATCH,
      createContext: async () => ({ services, actor: await authenticate(req), requestId, stopping }),
      onError({ error, path: procedure }) {
        const failure = failureOf(error)
        if (failure.kind !== 'internal') return
        const cause = error.cause ?? error
        services.log.error('procedure_failed', { requestId, procedure, error: cause })
      },
    })
  }
}

/**
 * A page of another site may send a request with the visitor's cookie, but not without saying where it comes from, and
 * not as JSON: forms are refused by their media type, the rest by its origin.
 */
function isOwnPage(req: IncomingMessage): boolean {
  const site = req.headers['sec-fetch-site']
  if (typeof site === 'string' && site !== 'same-origin' && site !== 'none') return false
  const { origin, host } = req.headers
  if (origin !== undefined && hostOf(origin) !== host) return false
  const type = req.headers['content-type']
  return req.method !== 'POST' || type === undefined || /^application\/json\s*(?:;|$)/i.test(type)
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}
