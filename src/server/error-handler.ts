import type { H3Error, H3Event } from 'h3'
import { type Problem, sendProblem } from '../core/problem'
import { getRuntime } from './current-runtime'

const BROKEN: Problem = { status: 500, code: 'internal', detail: 'The server failed to make this page.' }
const NOT_FOUND: Problem = { status: 404, code: 'not_found', detail: 'There is nothing at this address.' }

/** The framework's last word when a page broke before it could be shown. Says nothing of the error but its status. */
export default function answerPageError(error: H3Error, event: H3Event): void {
  const { req, res } = event.node
  const isOurs = error.statusCode >= 500 || error.unhandled
  if (isOurs) {
    const requestId = String(res.getHeader('X-Request-Id'))
    getRuntime().log.error('page_failed', { requestId, path: event.path, error: causeOf(error) })
  }
  if (res.headersSent) {
    res.destroy()
    return
  }
  sendProblem(req, res, isOurs ? BROKEN : NOT_FOUND)
}

function causeOf(error: H3Error): Error {
  return error.cause instanceof Error ? error.cause : error
}
