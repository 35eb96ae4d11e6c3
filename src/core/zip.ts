import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import {
  type Entry,
  fromBufferPromise,
  fromRandomAccessReaderPromise,
  openPromise,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl'
import { isFailure } from './errors'

/** Bytes that lie elsewhere and are fetched range by range. */
export interface RandomAccess {
  sizeBytes: number
  read(start: number, lengthBytes: number): Promise<Buffer>
}

/** Where a ZIP comes from: the path of a file, its bytes, or ranges of it. */
export type ZipSource = string | Uint8Array | RandomAccess

/** Opens the directory of a ZIP; the caller closes it. */
export async function openZip(source: ZipSource): Promise<ZipFile> {
  // Names are decoded and sizes checked by the reader: yauzl stops at the first bad one. Files are read after the listing.
  const options = { autoClose: false, decodeStrings: false, validateEntrySizes: false }
  const zip = await open(source, options)
  // An error of closing the file would otherwise be an uncaught one.
  zip.on('error', () => {})
  return zip
}

function open(source: ZipSource, options: Parameters<typeof openPromise>[1]): Promise<ZipFile> {
  if (typeof source === 'string') return openPromise(source, options)
  if (source instanceof Uint8Array)
    return fromBufferPromise(Buffer.from(source.buffer, source.byteOffset, source.byteLength), options)
  return fromRandomAccessReaderPromise(new RangeReader(source), source.sizeBytes, options)
}

/** How an entry's bytes are kept: as they are, or deflated. Nothing else is read. */
export const ZIP_METHODS = { stored: 0, deflated: 8 } as const

/** True for bytes that begin like a ZIP, an empty one included. */
export function looksLikeZip(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return false
  return (bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6)
}

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw)

/**
 * The bytes of an entry, whole in memory: the caller has looked at both its sizes before. No more is inflated than it
 * declares. Throws where they are not what the directory says.
 */
export async function readZipEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await zip.openReadStreamPromise(entry, { decodeFileData: false })
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  const stored = Buffer.concat(chunks)
  const bytes =
    entry.compressionMethod === ZIP_METHODS.stored
      ? stored
      : await inflate(stored, { maxOutputLength: Math.max(1, entry.uncompressedSize) })
  if (bytes.length !== entry.uncompressedSize || crc32(bytes) !== entry.crc32)
    throw new Error('the entry is not what the directory says')
  return bytes
}

/** Failures of what holds the ZIP say nothing about the ZIP. */
export function isOfTheSource(error: unknown): boolean {
  return isFailure(error) || typeof (error as NodeJS.ErrnoException).syscall === 'string'
}

const READ_BYTES = 256 * 1024

class RangeReader extends RandomAccessReader {
  constructor(readonly source: RandomAccess) {
    super()
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#pieces(start, end), { objectMode: false })
  }

  async *#pieces(start: number, end: number): AsyncGenerator<Buffer, void> {
    for (let at = start; at < end; at += READ_BYTES)
      yield await this.source.read(at, Math.min(READ_BYTES, end - at))
  }
}
