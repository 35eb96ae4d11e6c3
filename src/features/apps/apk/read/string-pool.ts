import type { Chunk } from './chunks'
import { CHUNK } from './chunks'
import { slice } from './cursor'

const HEADER_BYTES = 28
const UTF8 = 1 << 8
/** What is longer is no name, label or path; it is cut before it is decoded. */
const LONGEST_BYTES = 4096
/** Of all strings together, each time one is decoded: many may lie over one another. Real files come to a tenth. */
const MOST_BYTES = 16 * 1024 * 1024
/** What even an empty one costs. */
const FIXED_BYTES = 32

/** Strings of a binary file (`ResStringPool`). Each is decoded when it is asked for: counts are only what somebody claims. */
export class StringPool {
  readonly #bytes: Buffer
  readonly #offsets: number
  readonly #strings: number
  readonly #isUtf8: boolean
  readonly #count: number
  #leftBytes = MOST_BYTES

  constructor({ type, headerBytes, bytes }: Chunk) {
    if (type !== CHUNK.stringPool || headerBytes < HEADER_BYTES) throw new Error('no string pool')
    this.#bytes = bytes
    this.#offsets = headerBytes
    this.#count = bytes.readUInt32LE(8)
    this.#isUtf8 = (bytes.readUInt32LE(16) & UTF8) !== 0
    this.#strings = bytes.readUInt32LE(20)
  }

  /** The string of a number; throws where there is none. */
  at(index: number): string {
    if (index >= this.#count) throw new Error('no such string')
    const at = this.#strings + slice(this.#bytes, this.#offsets + index * 4, 4).readUInt32LE()
    return this.#isUtf8 ? this.#utf8(at) : this.#utf16(at)
  }

  #utf16(start: number): string {
    let at = start
    let length = slice(this.#bytes, at, 2).readUInt16LE()
    at += 2
    if ((length & 0x8000) !== 0) {
      length = ((length & 0x7fff) << 16) | slice(this.#bytes, at, 2).readUInt16LE()
      at += 2
    }
    return this.#take(at, length * 2).toString('utf16le')
  }

  /** Two lengths, in letters and in bytes, each of one or two bytes. */
  #utf8(start: number): string {
    let at = start
    at += (slice(this.#bytes, at, 1).readUInt8() & 0x80) === 0 ? 1 : 2
    let length = slice(this.#bytes, at, 1).readUInt8()
    at += 1
    if ((length & 0x80) !== 0) {
      length = ((length & 0x7f) << 8) | slice(this.#bytes, at, 1).readUInt8()
      at += 1
    }
    return decode(this.#take(at, length))
  }

  #take(at: number, lengthBytes: number): Buffer {
    const bytes = slice(this.#bytes, at, lengthBytes).subarray(0, LONGEST_BYTES)
    this.#leftBytes -= bytes.length + FIXED_BYTES
    if (this.#leftBytes < 0) throw new Error('too much text')
    return bytes
  }
}

/** aapt2 writes letters beyond the first 65,536 as two halves of three bytes each (modified UTF-8). */
function decode(bytes: Buffer): string {
  if (!bytes.includes(0xed)) return bytes.toString('utf8')
  let plain = 0
  let text = ''
  for (let at = 0; at + 2 < bytes.length; at++) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3)
    if (first !== 0xed || (second & 0xe0) !== 0xa0 || (third & 0xc0) !== 0x80) continue
    text += bytes.toString('utf8', plain, at)
    text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f))
    at += 2
    plain = at + 1
  }
  return text + bytes.toString('utf8', plain)
}
