import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import type { z } from 'zod'
import { Failure, failure } from '../core/errors'
import { makeStorable, mayHoldUnstorable } from '../core/storable'

export const bodyTooLarge = failure(
  'too_large',
  'body_too_large',
  'The body is larger than this message may be.',
)
const malformed = failure('invalid_input', 'malformed_json', 'The body is not JSON in UTF-8.')
const wrongType = failure('unsupported_media', 'unsupported_media_type', 'The body must be application/json.')
const wrongCoding = failure(
  'unsupported_media',
  'unsupported_content_encoding',
  'The body may be plain or gzip, nothing else.',
)
export const badGzip = failure('invalid_input', 'malformed_gzip', 'The body is not a whole gzip stream.')
const tooSlow = failure('timeout', 'body_timeout', 'The body stopped coming. Send the message again.')
export const bodyIncomplete = failure('invalid_input', 'body_incomplete', 'The body ended before its length.')

/** A mobile link may stall; a socket that says nothing for this long is given up. */
const IDLE_TIMEOUT_MS = 30_000

/** Where a body is left as it came, before it was checked: a refused one is worth knowing most. */
export interface BodyKeeper {
  keepBody(value: unknown, sizeBytes: number): void
}

/**
 * Reads a JSON body, plain or gzip, and checks it.
 * Refused as 413 (size, also once inflated), 415, 400 (not JSON) or 422 (JSON of another shape, naming the fields).
 */
export async function readJsonBody<Body extends z.ZodType>(
  req: IncomingMessage,
  spec: { schema: Body; maxBytes: number },
  keeper?: BodyKeeper,
): Promise<z.output<Body>> {
  const type = req.headers['content-type']
  if (type !== undefined && !/^application\/json\s*(?:;|$)/i.test(type)) throw wrongType()
  const bytes = await readBody(req, spec.maxBytes)
  let value: unknown
  try {
    const text = utf8.decode(bytes)
    value = JSON.parse(text)
    if (mayHoldUnstorable(text)) value = makeStorable(value)
  } catch (error) {
    throw malformed(undefined, { cause: error })
  }
  keeper?.keepBody(value, bytes.length)
  const result = spec.schema.safeParse(value)
  if (result.success) return result.data
  throw shapeFailure(result.error)
}

// `fatal` makes a wrong byte an error instead of a replacement character in somebody's slip. It keeps no state.
const utf8 = new TextDecoder('utf-8', { fatal: true })

function shapeFailure(error: z.ZodError): Failure {
  const issues = error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const first = issues[0]
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `
  return new Failure('unprocessable', 'invalid_message', `${where}${first?.message ?? 'invalid'}`, { issues })
}

async function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const coding = req.headers['content-encoding']
  if (coding !== undefined && coding !== 'identity' && coding.toLowerCase() !== 'gzip') throw wrongCoding()
  const declared = Number(req.headers['content-length'] ?? 0)
  if (declared > maxBytes) throw bodyTooLarge({ values: { maxBytes } })
  const bytes = await collect(req, maxBytes)
  return coding?.toLowerCase() === 'gzip' ? inflate(bytes, maxBytes) : bytes
}

function collect(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    const giveUp = () => done(() => reject(tooSlow()))
    const timer = setTimeout(giveUp, IDLE_TIMEOUT_MS)
    const done = (settle: () => void) => {
      clearTimeout(timer)
      req.removeListener('data', onData)
      req.removeListener('end', onEnd)
      req.removeListener('error', onGone)
      req.removeListener('close', onGone)
      settle()
    }
    const onData = (chunk: Buffer) => {
      sizeBytes += chunk.length
      timer.refresh()
      if (sizeBytes <= maxBytes) {
        chunks.push(chunk)
        return
      }
      done(() => reject(bodyTooLarge({ values: { maxBytes } })))
    }
    const onEnd = () =>
      done(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, sizeBytes)))
    const onGone = () => done(() => reject(bodyIncomplete()))
    req.on('data', onData)
    req.on('end', onEnd)
    req.on('error', onGone)
    req.on('close', onGone)
  })
}

/** Inflates at most `maxBytes`: a bomb is refused when it grows past them, not after. */
function inflate(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const gunzip = createGunzip({ maxOutputLength: maxBytes + 1 })
    const chunks: Buffer[] = []
    let sizeBytes = 0
    gunzip.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes > maxBytes) gunzip.destroy(bodyTooLarge({ values: { maxBytes } }))
      else chunks.push(chunk)
    })
    gunzip.on('end', () => resolve(Buffer.concat(chunks, sizeBytes)))
    gunzip.on('error', (error) =>
      reject(error instanceof Failure ? error : badGzip(undefined, { cause: error })),
    )
    gunzip.end(bytes)
  })
}
