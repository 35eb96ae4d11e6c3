import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  status: number
  /** By lower-case name. */
  headers: Record<string, string>
  body: string
}

/** A connection on which a test writes what no HTTP client would, and reads what comes back. */
export class RawConnection {
  #received = ''
  readonly socket: Socket
  readonly closed: Promise<void>

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.#received += text
    })
    this.socket.on('error', () => {})
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()))
  }

  write(text: string): void {
    this.socket.write(text)
  }

  /** Waits for one whole answer: its head and as many bytes as Content-Length says. */
  async answer(): Promise<RawAnswer> {
    for (;;) {
      const answer = parse(this.#received)
      if (answer !== undefined) return answer
      if (this.socket.closed) throw new Error(`Closed after ${JSON.stringify(this.#received)}`)
      await this.#somethingHappens()
    }
  }

  close(): void {
    this.socket.destroy()
  }

  #somethingHappens(): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        this.socket.off('data', go).off('close', go)
        resolve()
      }
      this.socket.on('data', go).on('close', go)
    })
  }
}

/** Sends bytes on a fresh connection and reads the first answer. */
export async function exchange(port: number, text: string): Promise<RawAnswer> {
  const connection = new RawConnection(port)
  connection.write(text)
  try {
    return await connection.answer()
  } finally {
    connection.close()
  }
}

function parse(text: string): RawAnswer | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [line = '', ...fields] = text.slice(0, end).split('\r\n')
  const headers: Record<string, string> = {}
  for (const field of fields) {
    const at = field.indexOf(':')
    headers[field.slice(0, at).toLowerCase()] = field.slice(at + 1).trim()
  }
  const body = text.slice(end + 4)
  if (Buffer.byteLength(body) < Number(headers['content-length'] ?? 0)) return undefined
  return { status: Number(line.split(' ')[1]), headers, body }
}
