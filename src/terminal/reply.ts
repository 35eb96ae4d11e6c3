import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { acceptsGzip } from '../core/accepts-gzip'
import type { Reply } from './message'

/** Answers above this are sent gzipped to those who ask. */
const GZIP_FROM_BYTES = 1024

/**
 * Sends what a message's handler answered. Terminals' HTTP stacks know no chunked coding: every body goes out with its
 * length.
 */
export async function sendReply(req: IncomingMessage, res: ServerResponse, reply: Reply): Promise<void> {
  if ('bytes' in reply) return sendBytes(req, res, reply)
  if (reply.json === undefined) {
    const isBodiless = reply.status === 204 || reply.status === 304
    res.writeHead(reply.status, isBodiless ? reply.headers : { ...reply.headers, 'Content-Length': 0 })
    res.end()
    return
  }
  sendJson(req, res, reply.status, reply.json, reply.headers)
}

function sendJson(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  let body = Buffer.from(JSON.stringify(value))
  const more: Record<string, string> = { ...headers }
  if (body.length > GZIP_FROM_BYTES) {
    more.Vary = 'Accept-Encoding'
    if (acceptsGzip(req)) {
      body = gzipSync(body)
      more['Content-Encoding'] = 'gzip'
    }
  }
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    ...more,
    'Content-Length': body.length,
  })
  res.end(req.method === 'HEAD' ? undefined : body)
}

const CLIENT_GONE = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED'])

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
  const body = await reply.bytes.open()
  res.writeHead(reply.status, headers)
  if (typeof body === 'function') {
    await body(res)
    res.end()
    return
  }
  await pipeline(body, res).catch((error: NodeJS.ErrnoException) => {
    // A terminal that went away comes again. Anything else cut the answer short and is worth knowing.
    if (!CLIENT_GONE.has(error.code ?? '')) throw error
  })
}
