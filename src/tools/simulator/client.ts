import http from 'node:http'
import https from 'node:https'

export interface Answer {
  status: number
  headers: http.IncomingHttpHeaders
  body: Buffer
  /** The body as JSON, undefined where there is none. */
  json<T>(): T
}

export interface Send {
  method: string
  path: string
  token?: string | undefined
  json?: unknown
  /** Goes where a 307 leads. */
  follows?: true
  body?: Buffer
  headers?: Record<string, string>
  /** Cuts the connection at this moment, as a power failure or a dead spot would. */
  cut?: 'while-sending' | 'before-answer' | 'while-receiving' | 'after-answer'
}

/** A connection that broke: the terminal does not know whether the server got the message. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  /** What of the answer had come by then. */
  readonly received: Answer | undefined

  constructor(why: string, received?: Answer) {
    super(why)
    this.received = received
  }
}

const MOST_REDIRECTS = 3

/** HTTP/1.1 as a small stack in a terminal speaks it: keep-alive, no redirects but where they are asked for, no chunked bodies sent. */
export class TerminalClient {
  readonly #base: URL
  readonly #agents: Record<string, http.Agent>
  readonly #timeoutMs: number

  constructor(server: string, options: { maxSockets?: number; timeoutMs?: number } = {}) {
    this.#base = new URL(server)
    const agentOptions = { keepAlive: true, maxSockets: options.maxSockets ?? 256 }
    this.#agents = { 'http:': new http.Agent(agentOptions), 'https:': new https.Agent(agentOptions) }
    this.#timeoutMs = options.timeoutMs ?? 30_000
  }

  /** @throws ConnectionLost when there is no whole answer. */
  async send(message: Send): Promise<Answer> {
    let at = new URL(message.path, this.#base)
    let next = message
    // As it was written: a URL takes steps out of it.
    let path = message.path
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#ask(at, path, next)
      const { location } = answer.headers
      if (answer.status !== 307 || !message.follows || location === undefined) return answer
      if (redirects === MOST_REDIRECTS) throw new ConnectionLost('too many redirects')
      const from = at
      at = new URL(location, from)
      path = at.pathname + at.search
      if (at.origin !== from.origin) next = forStrangers(next)
    }
  }

  #ask(at: URL, path: string, message: Send): Promise<Answer> {
    const body =
      message.body ?? (message.json === undefined ? undefined : Buffer.from(JSON.stringify(message.json)))
    const headers: Record<string, string> = { ...message.headers }
    if (message.token !== undefined) headers.Authorization = `Bearer ${message.token}`
    if (body !== undefined) {
      headers['Content-Type'] ??= 'application/json'
      headers['Content-Length'] = String(body.length)
    }
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let head: http.IncomingMessage | undefined
      const received = () => head && answerOf(head, Buffer.concat(chunks))
      const lost = (why: string) => reject(new ConnectionLost(why, received()))
      const request = (at.protocol === 'https:' ? https : http).request(
        at,
        { path, method: message.method, headers, agent: this.#agents[at.protocol], timeout: this.#timeoutMs },
        (response) => {
          head = response
          response.on('data', (chunk: Buffer) => {
            if (message.cut !== 'while-receiving') return chunks.push(chunk)
            if (chunks.length > 0) return
            chunks.push(chunk.subarray(0, Math.floor(chunk.length / 2)))
            lost('cut while receiving')
            request.destroy()
          })
          response.on('end', () => {
            if (message.cut !== 'after-answer') return resolve(answerOf(response, Buffer.concat(chunks)))
            lost('cut after the answer')
            request.destroy()
          })
          response.on('error', (error) => lost(error.message))
        },
      )
      request.on('timeout', () => request.destroy(new Error('timeout')))
      request.on('error', (error) => lost(error.message))
      if (message.cut === 'while-sending' && body !== undefined) {
        request.write(body.subarray(0, Math.floor(body.length / 2)))
        setImmediate(() => request.destroy(new Error('cut while sending')))
        return
      }
      request.end(body)
      if (message.cut === 'before-answer')
        request.once('finish', () => setTimeout(() => request.destroy(new Error('cut before the answer')), 2))
    })
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy()
  }
}

/** The token is for our server alone, and a store elsewhere has tags of its own. */
function forStrangers({ token: _, headers = {}, ...message }: Send): Send {
  const { 'If-Range': __, ...kept } = headers
  return { ...message, headers: kept }
}

function answerOf(response: http.IncomingMessage, body: Buffer): Answer {
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body,
    json: <T>() => (body.length === 0 ? undefined : JSON.parse(body.toString('utf8'))) as T,
  }
}
