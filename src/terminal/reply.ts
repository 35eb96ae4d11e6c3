import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { type Failure, HTTP_STATUS } from '../core/errors'
import type { Reply } from './message'

/** Answers above this are sent gzipped to those who ask. */
const GZIP_FROM_BYTES = 1024

/** Terminals' HTTP stacks know no chunked coding: every body goes out with its length. */
export function sendJson(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
  contentType = 'application/json',
): void {
  let body = Buffer.from(JSON.stringify(value))
  const more: Record<string, string | number> = { ...headers }
  if (body.length > GZIP_FROM_BYTES) {
    more.Vary = 'Accept-Encoding'
    if (acceptsGzip(req)) {
      body = gzipSync(body, { level: 6 })
      more['Content-Encoding'] = 'gzip'
    }
  }
  const isUnread = !req.complete
  if (isUnread) more.Connection = 'close'
  res.writeHead(status, {
    'Content-Type': contentType,
    'Cache-Control': 'no-store',
    ...more,
    'Content-Length': body.length,
  })
  if (req.method === 'HEAD') res.end()
  else if (isUnread) endAfterDraining(req, res, body)
  else res.end(body)
}

const DRAIN_BYTES = 4 * 1024 * 1024
const DRAIN_MS = 3_000

/**
 * Answers a request whose body was not wanted. Closing at once would reset the connection under bytes still on their
 * way, and the sender would never see why it was refused: so a little of the rest is read and thrown away first.
 */
function endAfterDraining(req: IncomingMessage, res: ServerResponse, body: Buffer): void {
  let drainedBytes = 0
  const end = () => {
    clearTimeout(timer)
    req.removeAllListeners('data')
    res.end()
  }
  const timer = setTimeout(end, DRAIN_MS)
  res.write(body)
  req.on('data', (chunk: Buffer) => {
    drainedBytes += chunk.length
    if (drainedBytes > DRAIN_BYTES) end()
  })
  req.once('end', end)
  req.once('close', end)
  req.resume()
}

function acceptsGzip(req: IncomingMessage): boolean {
  const accepted = req.headers['accept-encoding']
  return (
    typeof accepted === 'string' &&
    /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[0-9.]+\s*)?(?:,|$)/i.test(accepted)
  )
}

/** RFC 9457. `type` is a name, not a page: no terminal follows links. */
export function sendProblem(
  req: IncomingMessage,
  res: ServerResponse,
  failure: Pick<Failure, 'kind' | 'code' | 'message' | 'details'>,
  headers: Record<string, string> = {},
  status = HTTP_STATUS[failure.kind],
): void {
  const more = { ...headers }
  if (failure.details.retryAfterSeconds !== undefined)
    more['Retry-After'] = String(Math.max(1, Math.ceil(failure.details.retryAfterSeconds)))
  sendJson(
    req,
    res,
    status,
    {
      type: `urn:psmanager:problem:${failure.code}`,
      title: TITLES[status] ?? 'Error',
      status,
      code: failure.code,
      detail: failure.message,
      ...(failure.details.issues === undefined ? {} : { issues: failure.details.issues }),
      ...failure.details.values,
    },
    more,
    'application/problem+json',
  )
}

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
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Sends what a message's handler answered. */
export async function sendReply(req: IncomingMessage, res: ServerResponse, reply: Reply): Promise<void> {
  if ('bytes' in reply) return sendBytes(req, res, reply)
  if (reply.json === undefined) {
    res.writeHead(reply.status, reply.headers)
    res.end()
    return
  }
  sendJson(req, res, reply.status, reply.json, reply.headers)
}

async function sendBytes(
  req: IncomingMessage,
  res: ServerResponse,
  reply: Extract<Reply, { bytes: unknown }>,
): Promise<void> {
  const headers = {
    'Content-Type': reply.bytes.contentType,
    'Cache-Control': 'no-store',
    ...reply.headers,
    'Content-Length': String(reply.bytes.sizeBytes),
  }
  if (req.method === 'HEAD') {
    res.writeHead(reply.status, headers).end()
    return
  }
  // Opened before the head goes out, so that a missing blob is still an honest error.
  const stream = await reply.bytes.open()
  res.writeHead(reply.status, headers)
  await pipeline(stream, res).catch((error: NodeJS.ErrnoException) => {
    // The terminal went away: it will come again. Anything else cut the answer short and is worth knowing.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && error.code !== 'ECONNRESET' && error.code !== 'EPIPE')
      throw error
  })
}
