import { Readable } from 'node:stream'
import {
  fromBufferPromise,
  fromRandomAccessReaderPromise,
  openPromise,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl'

/** Bytes that lie elsewhere and are fetched range by range. */
export interface RandomAccess {
  sizeBytes: number
  read(start: number, lengthBytes: number): Promise<Buffer>
}

/** Where a ZIP comes from: the path of a file, its bytes, or ranges of it. */
export type BundleSource = string | Uint8Array | RandomAccess

/** Opens the directory of a ZIP; the caller closes it. */
export async function openZip(source: BundleSource): Promise<ZipFile> {
  // Names are decoded and sizes checked by the reader: yauzl stops at the first bad one. Files are read after the listing.
  const options = { autoClose: false, decodeStrings: false, validateEntrySizes: false }
  const zip = await open(source, options)
  // An error of closing the file would otherwise be an uncaught one.
  zip.on('error', () => {})
  return zip
}

function open(source: BundleSource, options: Parameters<typeof openPromise>[1]): Promise<ZipFile> {
  if (typeof source === 'string') return openPromise(source, options)
  if (source instanceof Uint8Array)
    return fromBufferPromise(Buffer.from(source.buffer, source.byteOffset, source.byteLength), options)
  return fromRandomAccessReaderPromise(new RangeReader(source), source.sizeBytes, options)
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
