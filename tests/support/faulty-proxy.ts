import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** What goes wrong with a request: the connection breaks, the answer is cut off in the middle, or it falls silent there. */
export type Fault = 'reset' | 'cut' | 'silent'

export interface FaultyProxy {
  endpoint: string
  /** Requests that are not answered to their end yet. */
  openRequests(): number
  stop(): Promise<void>
}

/** Stands before a server and passes everything on, except what `faultOf` says. */
export async function startFaultyProxy(
  target: string,
  faultOf: (request: http.IncomingMessage) => Fault | undefined,
): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target)
  let openRequests = 0
  const server = http.createServer((request, answer) => {
    openRequests++
    const fault = faultOf(request)
    answer.on('close', () => openRequests--)
    if (fault === 'reset') return void request.socket.destroy()
    const { method, url, headers } = request
    const onward = http.request({ hostname, port, method, path: url, headers, agent: false }, (incoming) => {
      answer.writeHead(incoming.statusCode ?? 500, incoming.headers)
      if (fault === undefined) return void incoming.pipe(answer)
      incoming.once('data', (chunk: Buffer) => {
        incoming.pause()
        answer.write(chunk, () => fault === 'cut' && request.socket.destroy())
      })
    })
    onward.on('error', () => request.socket.destroy())
    request.pipe(onward)
    answer.on('close', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    openRequests: () => openRequests,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
