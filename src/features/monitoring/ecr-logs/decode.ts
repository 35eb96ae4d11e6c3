import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { isFailure } from '../../../core/errors'
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

/** Of what is packed, the first bytes. Packed text would be taken for text, and card numbers in it not be seen. */
const GZIP = [0x1f, 0x8b]
const OTHERS_PACKED = [
  [0x50, 0x4b, 0x03, 0x04], // ZIP
  [0x50, 0x4b, 0x05, 0x06], // ZIP, empty
  [0x28, 0xb5, 0x2f, 0xfd], // Zstandard
  [0xfd, 0x37, 0x7a, 0x58], // xz
  [0x37, 0x7a, 0xbc, 0xaf], // 7z
  [0x52, 0x61, 0x72, 0x21], // RAR
  [0x42, 0x5a, 0x68], // bzip2
  [0x04, 0x22, 0x4d, 0x18], // LZ4
  [0x1f, 0x9d], // compress
]
const LONGEST_SIGNATURE = 4
/** A packed log that is packed again on its way is one; more is nothing that a terminal does. */
const MOST_LAYERS = 2

/**
 * What came, unpacked; no more than so many bytes of it, whatever layer. `malformed_gzip`, `body_too_large`,
 * `ecr_log_charset_unknown` where it is packed otherwise.
 */
export async function* unpacked(
  source: AsyncIterable<Buffer>,
  isPacked: boolean | undefined,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  let layer = await peeked(source)
  if (layer.first.length === 0) return
  for (let layers = 0; startsWith(layer.first, GZIP) || (layers === 0 && isPacked === true); layers++) {
    if (layers === MOST_LAYERS) throw charsetUnknown()
    layer = await peeked(bounded(inflated(layer.all), maxBytes))
  }
  if (OTHERS_PACKED.some((signature) => startsWith(layer.first, signature))) throw charsetUnknown()
  yield* bounded(layer.all, maxBytes)
}

const startsWith = (bytes: Buffer, signature: readonly number[]) =>
  signature.every((byte, at) => bytes[at] === byte)

/** The first bytes, however they came, and all of them. */
async function peeked(source: AsyncIterable<Buffer>): Promise<{ first: Buffer; all: AsyncIterable<Buffer> }> {
  const chunks = source[Symbol.asyncIterator]()
  let first: Buffer = Buffer.alloc(0)
  while (first.length < LONGEST_SIGNATURE) {
    const next = await chunks.next()
    if (next.done === true) break
    first = Buffer.concat([first, next.value])
  }
  return { first, all: followedBy(first, chunks) }
}

async function* followedBy(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  try {
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

async function* bounded(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let sizeBytes = 0
  for await (const chunk of source) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) throw bodyTooLarge({ values: { maxBytes } })
    yield chunk
  }
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
