import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { isFailure } from '../../../core/errors'
import { createMasker } from '../../../core/pan-guard'
import { badGzip, bodyTooLarge } from '../../../terminal/body'
import { charsetUnknown } from './errors'
import type { Charset } from './lists'

const NAMES: Readonly<Record<string, Charset>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  cp866: 'ibm866',
  ibm866: 'ibm866',
  866: 'ibm866',
  cp1251: 'windows-1251',
  'windows-1251': 'windows-1251',
  1251: 'windows-1251',
}
const PLAIN = new Set(['', 'text/plain', 'application/octet-stream'])
const PACKED = new Set(['application/gzip', 'application/x-gzip'])

export interface Coding {
  charset: Charset
  /** Undefined: the first bytes tell. */
  isPacked: boolean | undefined
}

/** What Content-Type and Content-Encoding say; `ecr_log_charset_unknown` for what no log is written in. */
export function codingOf(type: string | undefined, encoding: string | undefined): Coding {
  const [media = '', ...parameters] = (type ?? '').toLowerCase().split(';')
  const kind = media.trim()
  if (!PLAIN.has(kind) && !PACKED.has(kind)) throw charsetUnknown()
  const given = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(one)?.[1]).find(Boolean)
  const charset = given === undefined ? 'utf-8' : NAMES[given]
  if (charset === undefined) throw charsetUnknown()
  const coding = encoding?.toLowerCase() ?? 'identity'
  if (coding !== 'identity' && coding !== 'gzip') throw charsetUnknown()
  return { charset, isPacked: PACKED.has(kind) || coding === 'gzip' ? true : undefined }
}

/** What came, unpacked; no more than so many bytes of it. */
export async function* unpacked(
  source: AsyncIterable<Buffer>,
  isPacked: boolean | undefined,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]()
  const { value: first } = await chunks.next()
  if (first === undefined) return
  const all = followedBy(first, chunks)
  const looksPacked = first[0] === 0x1f && first[1] === 0x8b
  let sizeBytes = 0
  for await (const chunk of (isPacked ?? looksPacked) ? inflated(all) : all) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) throw bodyTooLarge({ values: { maxBytes } })
    yield chunk
  }
}

async function* followedBy(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}

async function* inflated(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  // Its failure comes out of the loop below as well.
  const feeding = pipeline(Readable.from(source), gunzip).catch(() => {})
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (error) {
    throw isFailure(error) ? error : badGzip(undefined, { cause: error })
  } finally {
    gunzip.destroy()
    await feeding
  }
}

/** The same text in UTF-8; what is no text in its coding becomes U+FFFD. */
export async function* decoded(source: AsyncIterable<Buffer>, charset: Charset): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(charset)
  for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  yield Buffer.from(decoder.decode())
}

/** The same text without card data. */
export async function* masked(
  source: AsyncIterable<Uint8Array>,
  onEnd: (hits: number) => void,
): AsyncGenerator<Uint8Array> {
  const masker = createMasker()
  for await (const chunk of source) yield* masker.push(chunk)
  yield* masker.flush()
  onEnd(masker.hits)
}
