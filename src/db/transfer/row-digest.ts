import { createHash } from 'node:crypto'

const NEWLINE = 0x0a
const WORDS = 8
const PIECE_BYTES = 256 * 1024
/** So many additions of 32 bits stay exact in a double. */
const CARRY_EVERY = 1 << 20

/** How many rows there are, and what they add up to. */
export interface RowSum {
  rows: number
  /** 64 hexadecimal digits. */
  digest: string
}

/**
 * One number for the rows of a table in whatever order they come: the SHA-256 of each row in COPY's text format, added up
 * modulo 2^256. Two tables with the same number have the same rows, each as often. It finds what went wrong; against
 * somebody who makes rows fit it is no proof.
 */
export class RowDigest {
  #rows = 0
  readonly #sum = new Float64Array(WORDS)
  #begun: Buffer[] = []

  /** COPY parts rows by newlines, and writes those within a value as `\n`. */
  update(chunk: Buffer): void {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const hash = createHash('sha256')
      for (const part of this.#begun) hash.update(part)
      this.#add(hash.update(chunk.subarray(start, end)).digest())
      this.#begun = []
      start = end + 1
    }
    if (start < chunk.length) this.#begun.push(Buffer.from(chunk.subarray(start)))
  }

  result(): RowSum {
    this.#carry()
    const bytes = Buffer.alloc(WORDS * 4)
    for (const [at, word] of this.#sum.entries()) bytes.writeUInt32LE(word, at * 4)
    return { rows: this.#rows, digest: bytes.toString('hex') }
  }

  #add(hash: Buffer): void {
    for (let at = 0; at < WORDS; at++) this.#sum[at] = (this.#sum[at] as number) + hash.readUInt32LE(at * 4)
    if (++this.#rows % CARRY_EVERY === 0) this.#carry()
  }

  #carry(): void {
    let carry = 0
    for (const [at, word] of this.#sum.entries()) {
      const whole = word + carry
      carry = Math.floor(whole / 2 ** 32)
      this.#sum[at] = whole % 2 ** 32
    }
  }
}

/** The bytes of a COPY, counted on their way; the rows that the driver hands over one by one come in larger pieces. */
export async function* counted(
  source: AsyncIterable<Uint8Array>,
  digest: RowDigest,
): AsyncGenerator<Buffer, void> {
  let waiting: Buffer[] = []
  let size = 0
  for await (const given of source) {
    const chunk = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
    digest.update(chunk)
    waiting.push(chunk)
    size += chunk.length
    if (size < PIECE_BYTES) continue
    yield Buffer.concat(waiting, size)
    waiting = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(waiting, size)
}
