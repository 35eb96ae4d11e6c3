import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Services } from '../core/context'
import { sendProblem } from '../core/problem'
import { isReachable, whyFailing } from '../core/reachable'
import { VERSION } from '../core/version'
import type { Metrics } from './metrics'

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export interface OperationsParts {
  services: Services
  metrics: Metrics
  state(): 'starting' | 'ready' | 'draining'
}

/** What those who run the server ask of it: is it alive, may it get traffic, how is it doing. */
export function createOperations({ services, metrics, state }: OperationsParts) {
  return {
    /** The process answers. Says nothing of what it stands on: restarting it would not mend a database. */
    health(_req: IncomingMessage, res: ServerResponse): void {
      sendJson(res, 200, { status: 'ok', version: VERSION })
    },
    /** 200 where a balancer may send traffic; else 503 with what is missing. */
    ready(_req: IncomingMessage, res: ServerResponse): void {
      void readiness(services, state()).then((checks) => {
        const isReady = Object.values(checks).every((one) => TOLERATED.has(one))
        sendJson(res, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not_ready', checks })
      })
    },
    /** For Prometheus, with the token of the settings or from this machine itself. */
    metrics(req: IncomingMessage, res: ServerResponse): void {
      if (!mayReadMetrics(req, services.settings.metrics.token)) {
        sendProblem(req, res, {
          status: 401,
          code: 'unauthenticated',
          detail: 'Metrics need METRICS_TOKEN as a bearer token, or a caller on this machine.',
          headers: { 'WWW-Authenticate': 'Bearer' },
        })
        return
      }
      void metrics.text().then((text) => {
        const body = Buffer.from(text)
        res.writeHead(200, { 'Content-Type': metrics.contentType, 'Content-Length': body.length }).end(body)
      })
    },
  }
}

/**
 * A store that gives and takes nothing, such as one whose key may only read, keeps no traffic away: terminals are served, and no other
 * server would do better.
 */
const TOLERATED = new Set(['ok', 'not_writable'])

async function readiness(services: Services, state: string): Promise<Record<string, string>> {
  const [isDatabaseThere, blobs, writes] = await Promise.all([
    isReachable(services.sql`select 1`),
    whyFailing(services.blobs.check()),
    whyFailing(services.blobs.checkWrites()),
  ])
  return {
    server: state === 'ready' ? 'ok' : state,
    database: isDatabaseThere ? 'ok' : 'unreachable',
    blobs: blobs !== undefined ? wordOf(blobs.code) : writes !== undefined ? 'not_writable' : 'ok',
  }
}

const WORDS: Record<string, string> = {
  blob_store_denied: 'denied',
  blob_bucket_missing: 'bucket_missing',
  blob_store_foreign: 'foreign',
}
const wordOf = (code: string) => WORDS[code] ?? 'unreachable'

function mayReadMetrics(req: IncomingMessage, token: string | undefined): boolean {
  if (token !== undefined) {
    const digest = (text: string) => createHash('sha256').update(text).digest()
    return timingSafeEqual(digest(req.headers.authorization ?? ''), digest(`Bearer ${token}`))
  }
  // A proxy on this machine makes everybody look local; it says so by this header.
  return LOOPBACK.has(req.socket.remoteAddress ?? '') && req.headers['x-forwarded-for'] === undefined
}

function sendJson(res: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Length': body.length,
  })
  res.end(body)
}
