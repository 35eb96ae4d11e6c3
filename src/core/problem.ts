import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Failure, HTTP_STATUS } from './errors'

/** A refusal on the wire, RFC 9457. `type` is a name, not a page: no terminal follows links. */
export interface Problem {
  status: number
  code: string
  detail: string
  more?: Record<string, unknown> | undefined
  headers?: Record<string, string> | undefined
}

/** Nobody is told that something is away without being told when to come again. */
const RETRY_SECONDS = 30

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** What a Failure looks like outside: its code, its details, and the headers that belong to its kind. */
export function problemOf(failure: Pick<Failure, 'kind' | 'code' | 'message' | 'details'>): Problem {
  const { kind, code, message, details } = failure
  const headers: Record<string, string> = {}
  if (kind === 'unauthenticated') headers['WWW-Authenticate'] = 'Bearer'
  const allow = details.values?.allow
  if (kind === 'method_not_allowed' && Array.isArray(allow)) headers.Allow = allow.join(', ')
  const waitSeconds = details.retryAfterSeconds ?? (kind === 'unavailable' ? RETRY_SECONDS : undefined)
  if (waitSeconds !== undefined) headers['Retry-After'] = String(Math.max(1, Math.ceil(waitSeconds)))
  return {
    status: HTTP_STATUS[kind],
    code,
    detail: message,
    headers,
    more: { ...(details.issues === undefined ? {} : { issues: details.issues }), ...details.values },
  }
}

export function titleOf(status: number): string {
  return TITLES[status] ?? 'Error'
}

export function problemBody({ status, code, detail, more }: Problem): Buffer {
  const problem = {
    type: `urn:psmanager:problem:${code}`,
    title: titleOf(status),
    status,
    code,
    detail,
    ...more,
  }
  return Buffer.from(JSON.stringify(problem))
}

const DRAIN_BYTES = 4 * 1024 * 1024
const DRAIN_MS = 3_000

/**
 * Refuses a request. Where its body was not wanted a little of it is read and thrown away before the connection closes,
 * else the reset would overtake the answer and the caller never learn why.
 */
export function sendProblem(req: IncomingMessage, res: ServerResponse, problem: Problem): void {
  const body = problemBody(problem)
  const isUnread = !req.complete && announcesBody(req)
  res.writeHead(problem.status, {
    ...problem.headers,
    ...(isUnread ? { Connection: 'close' } : {}),
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json',
    'Content-Length': body.length,
  })
  if (!isUnread || req.method === 'HEAD') {
    res.end(req.method === 'HEAD' ? undefined : body)
    return
  }
  res.write(body)
  endOnceDrained(req, res)
}

export function announcesBody(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
}

function endOnceDrained(req: IncomingMessage, res: ServerResponse): void {
  let drainedBytes = 0
  const end = () => {
    clearTimeout(timer)
    req.removeAllListeners('data')
    res.end()
  }
  const timer = setTimeout(end, DRAIN_MS)
  req.on('data', (chunk: Buffer) => {
    drainedBytes += chunk.length
    if (drainedBytes > DRAIN_BYTES) end()
  })
  req.once('end', end)
  req.once('close', end)
  req.resume()
}
