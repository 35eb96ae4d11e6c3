import type { IncomingMessage, ServerResponse } from 'node:http'

const METHODS = 'GET, POST, PUT, PATCH, DELETE'
/** What programs send beyond what any page may send anywhere. */
const ASKED = [
  'Authorization',
  'Content-Type',
  'Content-Digest',
  'Idempotency-Key',
  'If-None-Match',
  'Last-Event-ID',
  'Range',
].join(', ')
/** What they may read of an answer beyond its body. */
const TOLD = [
  'Allow',
  'Content-Disposition',
  'Content-Length',
  'Content-Range',
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
].join(', ')
/** Browsers keep a preflight no longer than two hours; a withdrawn origin shall be refused sooner. */
const KEPT_SECONDS = 600

/** True where a page that the settings name calls with an API key. A cookie counts for nothing there. */
export function isListedProgram(req: IncomingMessage, origins: readonly string[]): boolean {
  return req.headers.authorization !== undefined && isListed(req, origins)
}

function isListed({ headers: { origin } }: IncomingMessage, origins: readonly string[]): boolean {
  return origin !== undefined && origins.includes(origin)
}

/**
 * Lets browsers hand answers to programs in pages of the listed origins (Fetch § 3.2). Credentials are never allowed: no page
 * reads by a visitor's cookie. A preflight is answered here, whoever asks: it tells no more than the settings.
 * @returns true where nothing is left to answer
 */
export function answerForeignPage(
  req: IncomingMessage,
  res: ServerResponse,
  origins: readonly string[],
): boolean {
  if (origins.length === 0) return false
  res.setHeader('Vary', 'Origin')
  if (!isListed(req, origins)) return false
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin ?? '')
  res.setHeader('Access-Control-Expose-Headers', TOLD)
  if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) return false
  res.setHeader('Access-Control-Allow-Methods', METHODS)
  res.setHeader('Access-Control-Allow-Headers', ASKED)
  res.setHeader('Access-Control-Max-Age', KEPT_SECONDS)
  res.setHeader('Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers')
  res.writeHead(204).end()
  return true
}
