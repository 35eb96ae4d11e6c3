import type { IncomingMessage } from 'node:http'

/** What the settings say of the way a request has come. */
export interface Way {
  trustProxy: boolean
  publicUrl: string | undefined
}

/** The address that calls; behind a trusted proxy the last one it vouches for. */
export function sourceOf(req: IncomingMessage, trustProxy: boolean): string {
  return (trustProxy ? lastOf(req.headers['x-forwarded-for']) : undefined) || (req.socket.remoteAddress ?? '')
}

/** True where the caller's browser speaks https: the public address says so, else the trusted proxy does. */
export function isSecure(req: IncomingMessage, way: Way): boolean {
  if (way.publicUrl !== undefined) return way.publicUrl.startsWith('https:')
  return way.trustProxy && lastOf(req.headers['x-forwarded-proto'])?.toLowerCase() === 'https'
}

function lastOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header.split(',').at(-1)?.trim() : undefined
}

/**
 * False for what a page of another site sends. Such a page may use the visitor's cookie, but not without saying where
 * it comes from (Fetch Metadata, else Origin). Programs say neither, and are no danger: they have no visitor's cookie.
 */
export function isOwnPage(req: IncomingMessage, way: Pick<Way, 'publicUrl'>): boolean {
  const site = req.headers['sec-fetch-site']
  if (typeof site === 'string' && site !== 'same-origin' && site !== 'none') return false
  const { origin, host } = req.headers
  if (origin === undefined) return true
  const from = hostOf(origin)
  return (
    from !== undefined && (from === host || (way.publicUrl !== undefined && from === hostOf(way.publicUrl)))
  )
}

/** True where a request has no body type, or JSON: a form of another site can send neither. */
export function isJsonOrNothing(req: IncomingMessage): boolean {
  const type = req.headers['content-type']
  return type === undefined || /^application\/json\s*(?:;|$)/i.test(type)
}

/** True where the browser itself says that the request comes from a page of ours. */
export function provesOwnPage(req: IncomingMessage, way: Pick<Way, 'publicUrl'>): boolean {
  const isSaid = req.headers['sec-fetch-site'] === 'same-origin' || req.headers.origin !== undefined
  return isSaid && isOwnPage(req, way)
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}
