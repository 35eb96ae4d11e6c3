import { createHmac } from 'node:crypto'

export interface Answer {
  status: number
  body: Record<string, unknown>
  headers: Headers
}

/** What a browser is to the server: it keeps cookies and says which page it speaks for. */
export class Browser {
  readonly cookies = new Map<string, string>()
  /** Sent with every request; a proxy's, for example. */
  headers: Record<string, string> = {}

  constructor(readonly url: string) {}

  async send(
    method: string,
    path: string,
    json?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(cookie === '' ? {} : { cookie }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.headers,
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    for (const one of answer.headers.getSetCookie()) this.#keep(one)
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    }
  }

  /** A message to the sign-in room: `post('/sign-in', …)`. */
  post(message: string, json?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.send('POST', `/api/auth${message}`, json, headers)
  }

  signIn(login: string, password: string): Promise<Answer> {
    return this.post('/sign-in', { login, password })
  }

  /** The outcome of a tRPC call: its data, or the code of its refusal. */
  async ask(procedure: string, input: unknown = {}): Promise<unknown> {
    const query = encodeURIComponent(JSON.stringify(input))
    return dataOf(await this.send('GET', `/api/trpc/${procedure}?input=${query}`))
  }

  async tell(procedure: string, input: unknown = {}): Promise<unknown> {
    return dataOf(await this.send('POST', `/api/trpc/${procedure}`, input))
  }

  #keep(header: string): void {
    const [pair = '', ...attributes] = header.split('; ')
    const [name = '', value = ''] = pair.split('=', 2)
    if (attributes.includes('Max-Age=0')) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

function dataOf({ body }: Answer): unknown {
  const { result, error } = body as { result?: { data: unknown }; error?: { data: { failure: string } } }
  return error === undefined ? result?.data : error.data.failure
}

const PERIOD_MS = 30_000
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 6238 with SHA-1, six digits, 30 seconds: what an authenticator shows for a link, `steps` periods from now. */
export function totpOf(uri: string, steps = 0): string {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / PERIOD_MS) + steps))
  const digest = createHmac('sha1', key).update(counter).digest()
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}
