import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const HOST = '127.0.0.1'
const PATH = '/eslips'
const MOST_BYTES = 1024 * 1024
const MOST_AGE_SECONDS = 300
/** A message whose id ends so finds the receiver busy the first time: one of 64, some minutes apart. */
const BUSY_END = /0[0-3]$/
const BUSY_SECONDS = 5
const MOST_REMEMBERED = 10_000

export interface Receiver {
  url: string
  port: number
  /** From then on messages signed with it are accepted. */
  trust(secret: string): void
  close(): Promise<void>
}

/**
 * A third party as docs/webhooks.md describes it, on this machine: takes what is signed with its secret, refuses anything else, and is busy now
 * and then, so that there are attempts to look at.
 * @param port where it was before; another one where that is taken
 */
export async function openReceiver(port: number): Promise<Receiver> {
  let secret: string | undefined
  const known = new Set<string>()
  const answerOf = (id: string, headers: Record<string, unknown>, body: Buffer): [number, string] => {
    if (secret === undefined || !isGenuine(secret, headers, body)) return [401, 'The signature does not fit.']
    const isNew = !known.has(id)
    known.add(id)
    if (known.size > MOST_REMEMBERED) known.clear()
    return isNew && BUSY_END.test(id) ? [503, 'Busy. Come again.'] : [200, 'Taken.']
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    for await (const chunk of request as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > MOST_BYTES) return void request.destroy()
      chunks.push(chunk)
    }
    const id = String(request.headers['webhook-id'])
    const [status, text] =
      request.method === 'POST' && request.url === PATH
        ? answerOf(id, request.headers, Buffer.concat(chunks))
        : ([404, 'Nobody lives here.'] as const)
    const more = status === 503 ? { 'retry-after': String(BUSY_SECONDS) } : {}
    response.writeHead(status, { 'content-type': 'text/plain', ...more }).end(text)
  })
  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(at, HOST, () => {
        server.off('error', reject)
        resolve()
      })
    })
  await listen(port).catch(() => listen(0))
  const own = (server.address() as AddressInfo).port
  return {
    url: `http://${HOST}:${own}${PATH}`,
    port: own,
    trust(given) {
      secret = given
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function isGenuine(secret: string, headers: Record<string, unknown>, body: Buffer): boolean {
  const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']]
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < MOST_AGE_SECONDS)) return false
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const own = Buffer.from(
    `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`,
  )
  return String(headers['webhook-signature'])
    .split(' ')
    .map((one) => Buffer.from(one))
    .some((given) => given.length === own.length && timingSafeEqual(given, own))
}
