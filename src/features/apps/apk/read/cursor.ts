import { isFailure } from '../../../../core/errors'
import { apkRefused } from '../errors'
import type { ApkRefusal } from '../facts'

/** Untrusted bytes, read from front to back: little-endian numbers and parts. Throws where they end early. */
export class Cursor {
  #at = 0

  constructor(readonly bytes: Buffer) {}

  get left(): number {
    return this.bytes.length - this.#at
  }

  u16(): number {
    return this.take(2).readUInt16LE()
  }

  u32(): number {
    return this.take(4).readUInt32LE()
  }

  take(lengthBytes: number): Buffer {
    const part = slice(this.bytes, this.#at, lengthBytes)
    this.#at += lengthBytes
    return part
  }

  /** A part with its length before it. */
  part(): Buffer {
    return this.take(this.u32())
  }

  /** All parts there are, each with its length before it. */
  *parts(): Generator<Buffer, void> {
    while (this.left > 0) yield this.part()
  }
}

/** A view of bytes that are there. */
export function slice(bytes: Buffer, start: number, lengthBytes: number): Buffer {
  if (start < 0 || lengthBytes < 0 || start + lengthBytes > bytes.length) throw new Error('cut short')
  return bytes.subarray(start, start + lengthBytes)
}

/** Runs a reading; whatever it stumbles over is `apk_refused` for this reason, unless it gives one itself. */
export function refusedAs<Result>(why: ApkRefusal, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (isFailure(error)) throw error
    throw apkRefused(why, error instanceof Error ? error.message : '', { cause: error })
  }
}
