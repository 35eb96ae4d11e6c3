import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { MOST_ROW_BYTES, rowEndsOf, rowsOf, timeOf } from './rows'
import type { Block } from './tables'

/** Of text; packed it is a tenth. Small enough to be read for one screen, large enough to be packed well. */
const BLOCK_BYTES = 256 * 1024
const LF = 0x0a

const pack = promisify<Uint8Array, Buffer>(gzip)

/**
 * Text in blocks that end with a row, each packed on its own (RFC 1952, members one behind the other are one gzip file).
 * What has been yielded is in `blocks`.
 */
export class BlockWriter {
  readonly blocks: Block[] = []
  sizeBytes = 0
  packedBytes = 0
  rows = 0

  async *packed(text: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    let held: Buffer = Buffer.alloc(0)
    for await (const chunk of text) {
      held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk])
      while (held.length >= BLOCK_BYTES + MOST_ROW_BYTES) {
        const end = lastRowEnd(held.subarray(0, BLOCK_BYTES))
        yield await this.#pack(held.subarray(0, end))
        held = held.subarray(end)
      }
    }
    if (held.length > 0) yield await this.#pack(held)
  }

  async #pack(bytes: Buffer): Promise<Buffer> {
    const packed = await pack(bytes)
    const rows = rowsOf(bytes)
    const block: Block = {
      at: this.packedBytes,
      packedBytes: packed.length,
      sizeBytes: bytes.length,
      row: this.rows,
      rows: rows.length,
      firstTime: firstTimeOf(rows),
      lastTime: firstTimeOf(rows.reverse()),
    }
    this.blocks.push(block)
    this.rows += block.rows
    this.sizeBytes += block.sizeBytes
    this.packedBytes += block.packedBytes
    return packed
  }
}

function lastRowEnd(bytes: Buffer): number {
  const lineEnd = bytes.lastIndexOf(LF)
  if (lineEnd !== -1) return lineEnd + 1
  // Within one line: the last row may go on behind these bytes.
  return rowEndsOf(bytes).at(-2) ?? bytes.length
}

function firstTimeOf(rows: readonly string[]): string | null {
  for (const row of rows) {
    const time = timeOf(row)
    if (time !== undefined) return time
  }
  return null
}
