import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { UploadSender } from '../../src/ui/upload/transport'

interface Kept {
  fileName: string
  sizeBytes: number
  parts: Map<number, Buffer>
}

/** What happens to one request instead of its answer: nothing comes back, or another answer. */
type Fault = 'cut' | { status: number; body?: unknown; headers?: Record<string, string> }

/** A server of the upload contract over real HTTP, whose answers a test can spoil. */
export class UploadServer {
  readonly uploads = new Map<string, Kept>()
  readonly requests: string[] = []
  /** Asked before each request is handled. */
  fault: (request: string) => Fault | undefined = () => undefined
  /** Parts wait here while a test looks. */
  gate: Promise<void> = Promise.resolve()
  underWay = 0
  mostUnderWay = 0
  private readonly server = createServer((request, response) => void this.answer(request, response))

  constructor(readonly partBytes: number) {}

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return this
  }
  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  bytesOf(uploadId: string): string {
    const parts = [...(this.uploads.get(uploadId)?.parts ?? [])].sort(([a], [b]) => a - b)
    return Buffer.concat(parts.map(([, bytes]) => bytes)).toString()
  }

  readonly send: UploadSender = async ({ method, url, body, signal, onProgress }) => {
    const { port } = this.server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
      method,
      signal,
      ...(body === undefined ? {} : { body }),
    })
    if (body !== undefined) onProgress?.(typeof body === 'string' ? body.length : body.size)
    const wait = answer.headers.get('retry-after')
    return {
      status: answer.status,
      text: await answer.text(),
      retryAfterSeconds: wait === null ? undefined : Number(wait),
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, uploadId = '', part] =
      /^\/api\/v1\/uploads(?:\/([\w-]+)(?:\/parts\/(\d+))?)?$/.exec(request.url ?? '') ?? []
    const name = `${request.method} ${part ?? (uploadId && 'upload')}`.trim()
    this.requests.push(name)
    const fault = this.fault(name)
    if (fault === 'cut') return void request.socket.destroy()
    const body = await buffer(request)
    if (fault !== undefined) return reply(response, fault.status, fault.body ?? {}, fault.headers)
    if (request.method === 'POST') {
      const id = randomUUID()
      this.uploads.set(id, { ...JSON.parse(body.toString()), parts: new Map() })
      return reply(response, 201, { uploadId: id, partBytes: this.partBytes })
    }
    const kept = this.uploads.get(uploadId)
    if (kept === undefined) return reply(response, 404, { code: 'upload_not_found' })
    if (request.method === 'DELETE') {
      this.uploads.delete(uploadId)
      return reply(response, 204, {})
    }
    if (request.method === 'GET') {
      const { parts, ...facts } = kept
      const receivedParts = [...parts.keys()]
      return reply(response, 200, { uploadId, ...facts, partBytes: this.partBytes, receivedParts })
    }
    this.underWay += 1
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay)
    await this.gate
    this.underWay -= 1
    kept.parts.set(Number(part), body)
    reply(response, 204, {})
  }
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  response.end(status === 204 ? undefined : JSON.stringify(body))
}
