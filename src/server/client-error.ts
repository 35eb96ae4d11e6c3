import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { newId } from '../core/ids'
import { type Problem, problemBody, titleOf } from '../core/problem'

const LINGER_MS = 2_000

/**
 * Answers what never became a request: broken lines, endless headers, headers that stop coming. The caller may still be
 * sending, so its connection is closed a moment later, or the reset would eat the answer.
 */
export function answerClientErrors(server: Server): void {
  const answered = new WeakSet<Socket>()
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (answered.has(socket)) return
    answered.add(socket)
    if (error.code === 'ECONNRESET' || !socket.writable || hasBegunAnswer(socket)) {
      socket.destroy()
      return
    }
    socket.end(answer(problemOf(error.code)))
    const close = () => socket.destroy()
    const timer = setTimeout(close, LINGER_MS)
    socket.once('end', close)
    socket.once('close', () => clearTimeout(timer))
  })
}

/** A second answer inside a first one would be read as its body. */
function hasBegunAnswer(socket: Socket): boolean {
  const { _httpMessage: current } = socket as { _httpMessage?: { headersSent: boolean } | null }
  return current?.headersSent === true
}

function problemOf(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, code: 'headers_too_large', detail: 'The headers are larger than 16 KiB.' }
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, code: 'body_too_large', detail: 'The chunk extensions are too large.' }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code: 'request_timeout', detail: 'The request stopped coming. Send it again.' }
    default:
      return { status: 400, code: 'malformed_request', detail: 'This is not a request of HTTP/1.1.' }
  }
}

function answer(problem: Problem): Buffer {
  const body = problemBody(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${titleOf(problem.status)}`,
    `Date: ${new Date().toUTCString()}`,
    `X-Request-Id: ${newId()}`,
    'Cache-Control: no-store',
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${body.length}`,
  ].join('\r\n')
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body])
}
