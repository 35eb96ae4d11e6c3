import dns from 'node:dns'
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { maskText } from '../../core/pan-guard'
import { makeStorable } from '../../core/storable'
import { VERSION } from '../../core/version'
import { isPublicAddress, literalAddress } from './address'
import { type Answer, retryAfterOf } from './decide'
import type { SendError } from './lists'

/** From the first packet to the answer's status and what follows it. */
export const SEND_TIMEOUT_MS = 20_000
const MAX_ANSWER_BYTES = 64 * 1024
const KEPT_CHARACTERS = 500

export interface Outgoing {
  url: string
  headers: Record<string, string>
  body: string
}

export interface SendOptions {
  /** Lets http and addresses through that are not of the public internet. */
  allowPrivate: boolean
  timeoutMs: number
  /** Ends it at once, unanswered. */
  signal: AbortSignal
  now: Date
}

/**
 * Sends a message by POST and tells what came back. Redirects are answers, never followed. The address is checked where
 * the connection is made, after the name was resolved, so that no name can change its mind in between.
 * @returns undefined where `signal` ended it: then nothing is known of it
 */
export async function send(
  { url, headers, body }: Outgoing,
  { allowPrivate, timeoutMs, signal, now }: SendOptions,
): Promise<Answer | undefined> {
  const startedMs = performance.now()
  const timeout = AbortSignal.timeout(timeoutMs)
  const answered = (more: Partial<Answer>): Answer => ({
    status: undefined,
    error: undefined,
    answer: '',
    retryAfterSeconds: undefined,
    ...more,
    durationMs: Math.round(performance.now() - startedMs),
  })
  if (signal.aborted) return undefined
  const target = new URL(url)
  if (!allowPrivate && !mayBeAsked(target)) return answered({ error: 'private_address' })
  const bytes = Buffer.from(body)
  const options: https.RequestOptions = {
    method: 'POST',
    // A connection of its own each time: what was checked is what is used.
    agent: false,
    signal: AbortSignal.any([signal, timeout]),
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': bytes.length,
      'User-Agent': `psManager/${VERSION}`,
      ...headers,
    },
    ...(allowPrivate ? {} : { lookup: publicLookup }),
  }
  try {
    const request =
      target.protocol === 'http:' ? http.request(target, options) : https.request(target, options)
    const response = await responseOf(request.end(bytes))
    const text = await readBeginning(response)
    return answered({
      status: response.statusCode,
      answer: shown(text),
      retryAfterSeconds: retryAfterOf(response.headers['retry-after'], now),
    })
  } catch (error) {
    if (signal.aborted) return undefined
    return answered({ error: timeout.aborted ? 'timeout' : errorOf(error as NodeJS.ErrnoException) })
  }
}

/** A host that is written as an address is never looked up. */
function mayBeAsked(target: URL): boolean {
  const literal = literalAddress(target)
  return target.protocol === 'https:' && (literal === undefined || isPublicAddress(literal))
}

/** One address that is not public spoils them all: a name that mixes them is up to something. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0)
    if (!addresses.every(({ address }) => isPublicAddress(address))) {
      const refused = Object.assign(new Error('The address is not public.'), { code: PRIVATE })
      return callback(refused, '', 0)
    }
    if (options.all === true) return callback(null, addresses)
    const [first] = addresses
    callback(null, first?.address ?? '', first?.family ?? 0)
  })
}

function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', resolve)
    // A change of protocols is no answer, and Node would tell of neither: the attempt would never end.
    request.on('upgrade', (_answer, socket) => {
      socket.destroy()
      reject(Object.assign(new Error('It wants to change protocols.'), { code: UPGRADE }))
    })
  })
}

/** The status has said it already: a body that breaks off or never ends takes nothing back. */
async function readBeginning(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= MAX_ANSWER_BYTES) break
    }
  } catch {
    // What came until then is kept.
  }
  response.destroy()
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES)
}

/** Masked before it is cut: half a card number would not be known as one. */
function shown(bytes: Buffer): string {
  const { text } = maskText(bytes.toString('utf8'))
  return makeStorable(text.slice(0, KEPT_CHARACTERS)) as string
}

const PRIVATE = 'PSM_PRIVATE_ADDRESS'
const UPGRADE = 'PSM_UPGRADE'
const ERRORS: [code: RegExp, error: SendError][] = [
  [/^PSM_PRIVATE_ADDRESS$/, 'private_address'],
  [/^(ENOTFOUND|EAI_\w+|ENODATA)$/, 'unresolved'],
  [/^ECONNREFUSED$/, 'connection_refused'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, 'connection_lost'],
  [/^ETIMEDOUT$/, 'timeout'],
  [/^(HPE_|PSM_UPGRADE$)/, 'bad_answer'],
  [/CERT|^ERR_(TLS|SSL)|^EPROTO$|SELF_SIGNED|UNABLE_TO_/, 'tls_failed'],
]

function errorOf(error: NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }): SendError {
  const code = error.code ?? error.errors?.[0]?.code ?? ''
  return ERRORS.find(([pattern]) => pattern.test(code))?.[1] ?? 'unreachable'
}
