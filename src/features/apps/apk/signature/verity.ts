import { createHash } from 'node:crypto'

const BLOCK_BYTES = 4096
const HASH_BYTES = 32
const SALT = Buffer.alloc(8)

/**
 * Root of the tree of SHA-256 over blocks of 4 KiB (fs-verity, with eight zero bytes of salt), and after it the number of
 * bytes. Each level is kept as the blocks it is digested in: for 2 GiB that is 16 MiB and some.
 */
export class VerityTree {
  readonly #sizeBytes: number
  readonly #digests: Buffer
  #count = 0
  #rest: Buffer = Buffer.alloc(0)

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes
    this.#digests = Buffer.alloc(padded(Math.ceil(sizeBytes / BLOCK_BYTES) * HASH_BYTES))
  }

  add(piece: Buffer): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    const whole = bytes.length - (bytes.length % BLOCK_BYTES)
    for (let at = 0; at < whole; at += BLOCK_BYTES) this.#keep(bytes.subarray(at, at + BLOCK_BYTES))
    this.#rest = Buffer.from(bytes.subarray(whole))
  }

  end(): Buffer {
    if (this.#rest.length > 0) this.#keep(Buffer.concat([this.#rest], BLOCK_BYTES))
    let level = this.#digests
    while (level.length > BLOCK_BYTES) level = digestBlocks(level)
    const size = Buffer.alloc(8)
    size.writeBigUInt64LE(BigInt(this.#sizeBytes))
    return Buffer.concat([digest(level), size])
  }

  #keep(block: Buffer): void {
    digest(block).copy(this.#digests, this.#count++ * HASH_BYTES)
  }
}

function digestBlocks(level: Buffer): Buffer {
  const above = Buffer.alloc(padded((level.length / BLOCK_BYTES) * HASH_BYTES))
  for (let at = 0; at < level.length; at += BLOCK_BYTES)
    digest(level.subarray(at, at + BLOCK_BYTES)).copy(above, (at / BLOCK_BYTES) * HASH_BYTES)
  return above
}

const digest = (block: Buffer) => createHash('sha256').update(SALT).update(block).digest()
const padded = (sizeBytes: number) => Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES
