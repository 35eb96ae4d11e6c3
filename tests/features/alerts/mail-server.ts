import { type AddressInfo, createServer } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterAll } from 'vitest'

export interface ReceivedMail {
  from: string
  to: string[]
  isTls: boolean
  user: string | undefined
  /** Headers by their names in small letters, unfolded. */
  headers: Record<string, string>
  raw: string
  /** Decoded. */
  text: string
}

/** A mail server on this machine that keeps what it takes. What `refuse` throws it answers. */
export async function openMailServer(options: Partial<SMTPServerOptions> = {}) {
  const received: ReceivedMail[] = []
  const refusing: { at?: 'connect' | 'recipient' | 'data'; code?: number; text?: string } = {}
  let onTaken = async (): Promise<unknown> => undefined
  const refusal = () =>
    Object.assign(new Error(refusing.text ?? 'No.'), { responseCode: refusing.code ?? 451 })
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: options.key === undefined,
    allowInsecureAuth: false,
    onConnect: (_session, callback) => callback(refusing.at === 'connect' ? refusal() : null),
    onRcptTo: (_address, _session, callback) => callback(refusing.at === 'recipient' ? refusal() : null),
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (refusing.at === 'data') return callback(refusal())
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          isTls: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
          ...parsed(Buffer.concat(chunks).toString('utf8')),
        })
        void onTaken().then(() => callback(null, 'Taken as 4711.'))
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  let isOpen = true
  const close = () =>
    new Promise<void>((resolve) => {
      if (!isOpen) return resolve()
      isOpen = false
      server.close(() => resolve())
    })
  afterAll(close)
  return {
    port,
    received,
    close,
    /** From now on it refuses. */
    refuse(at: 'connect' | 'recipient' | 'data', code: number, text: string) {
      Object.assign(refusing, { at, code, text })
    },
    /** Happens when a mail is taken and its sender does not know yet. */
    whenTaken(happens: () => Promise<unknown>) {
      onTaken = happens
    },
    accept() {
      delete refusing.at
    },
    env: (more: Record<string, string> = {}) => ({
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      SMTP_TLS: 'none',
      MAIL_FROM: 'tms@bank.example',
      PUBLIC_URL: 'https://tms.bank.example',
      ...more,
    }),
  }
}

/** A port at which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

function parsed(raw: string): Pick<ReceivedMail, 'headers' | 'raw' | 'text'> {
  const end = raw.indexOf('\r\n\r\n')
  const headers: Record<string, string> = {}
  for (const line of raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const [name = '', ...value] = line.split(':')
    headers[name.toLowerCase()] = decodeWords(value.join(':').trim())
  }
  return { headers, raw, text: decodeBody(raw.slice(end + 4), headers['content-transfer-encoding']) }
}

/** RFC 2047. */
const decodeWords = (value: string): string =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_all, kind: string, text: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('utf8')
        : quoted(text.replaceAll('_', ' ')),
    )

function decodeBody(body: string, encoding: string | undefined): string {
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? quoted(body.replace(/=\r\n/g, ''))
        : body
  return text.replaceAll('\r\n', '\n')
}

const quoted = (text: string): string =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
