import type { IncomingMessage } from 'node:http'
import { announcesBody, type Problem } from '../core/problem'

/**
 * What the framework is never asked, because it would answer 200, buffer a body without limit or break: undefined where
 * it may answer. Pages are read only; whoever changes something goes through the door.
 */
export function refusePage(req: IncomingMessage): Problem | undefined {
  const path = pathOf(req.url ?? '')
  if (path === undefined) return MALFORMED_URL
  if (isCrossSite(req)) return CROSS_SITE
  if (path === '/_server' || path.startsWith('/_server/')) return NOT_FOUND
  if (req.method !== 'GET' && req.method !== 'HEAD') return READ_ONLY
  return announcesBody(req) ? BODY_UNEXPECTED : undefined
}

const MALFORMED_URL: Problem = {
  status: 400,
  code: 'malformed_url',
  detail: 'The address of this request cannot be read.',
}
const CROSS_SITE: Problem = {
  status: 403,
  code: 'cross_site_request',
  detail: 'Another site may link to this page, not use it.',
}
const NOT_FOUND: Problem = { status: 404, code: 'not_found', detail: 'There is nothing at this address.' }
const READ_ONLY: Problem = {
  status: 405,
  code: 'method_not_allowed',
  detail: 'Pages answer GET and HEAD.',
  headers: { Allow: 'GET, HEAD' },
}
const BODY_UNEXPECTED: Problem = { status: 400, code: 'body_unexpected', detail: 'A page takes no body.' }

/** The decoded path, or undefined for what URL parsers downstream would stumble over or read as another host. */
function pathOf(url: string): string | undefined {
  const [path = ''] = url.split('?', 1)
  if (!path.startsWith('/') || path.startsWith('//') || path.includes('\\')) return undefined
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/**
 * Fetch Metadata resource isolation: other sites may navigate to us and nothing more. Callers that send no metadata
 * (old browsers, tools) are judged by Origin, and let through where they send none.
 */
function isCrossSite(req: IncomingMessage): boolean {
  const site = req.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return false
  if (site !== undefined) return !isNavigation(req)
  const { origin, host } = req.headers
  return origin !== undefined && origin.replace(/^https?:\/\//, '') !== host
}

function isNavigation(req: IncomingMessage): boolean {
  const isRead = req.method === 'GET' || req.method === 'HEAD'
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = req.headers
  return isRead && mode === 'navigate' && destination !== 'object' && destination !== 'embed'
}
