import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { answerClientErrors } from './client-error'

const MAX_HEADER_BYTES = 16 * 1024
const HEADERS_TIMEOUT_MS = 20_000
/** Longer than the idle time-out of usual proxies, so that it is they who close and no request meets a closing door. */
export const KEEP_ALIVE_TIMEOUT_MS = 65_000
const CHECK_INTERVAL_MS = 5_000
const DRAIN_TICK_MS = 50

export interface Listener {
  /** Resolves with the address once connections are taken; rejects with Node's error of `listen`. */
  listen(port: number, host: string): Promise<AddressInfo>
  /**
   * Takes no more connections, closes idle ones at once, lets requests in flight end and tells their callers that the
   * connection closes. Resolves when the last is gone; after `graceMs` the rest is cut.
   * @returns how many connections had to be cut.
   */
  drain(graceMs: number): Promise<number>
}

/**
 * An HTTP server with every limit named. Bodies have no limit of time here: how long one may take depends on what it is,
 * so each handler behind the door keeps its own deadline.
 */
export function createListener(handle: RequestListener): Listener {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    // A peer that vanished behind a carrier's NAT never says so.
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_TIMEOUT_MS,
    // Answered as a problem by the front instead of Node's empty 400.
    requireHostHeader: false,
  })
  const answers = new Map<Socket, ServerResponse>()
  let isDraining = false
  server.on('connection', (socket) => socket.once('close', () => answers.delete(socket)))
  server.on('request', (req, res) => {
    answers.set(req.socket, res)
    if (isDraining) res.setHeader('Connection', 'close')
    handle(req, res)
  })
  answerClientErrors(server)
  return {
    listen: (port, host) => listen(server, port, host),
    async drain(graceMs) {
      isDraining = true
      for (const res of answers.values()) if (!res.headersSent) res.setHeader('Connection', 'close')
      return close(server, graceMs)
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.removeListener('error', reject)
      resolve(server.address() as AddressInfo)
    })
  })
}

function close(server: Server, graceMs: number): Promise<number> {
  return new Promise((resolve) => {
    let cut = 0
    // Connections become idle one by one while their last answers end.
    const ticking = setInterval(() => server.closeIdleConnections(), DRAIN_TICK_MS)
    const giveUp = setTimeout(() => {
      server.getConnections((_error, open) => {
        cut = open
        server.closeAllConnections()
      })
    }, graceMs)
    server.close(() => {
      clearInterval(ticking)
      clearTimeout(giveUp)
      resolve(cut)
    })
    server.closeIdleConnections()
  })
}
