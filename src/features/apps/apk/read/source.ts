import type { RandomAccess } from '../../../../core/zip'
import { apkRefused } from '../errors'

/** Digests of APKs are made of pieces of this size; what is long is read so too. */
export const PIECE_BYTES = 1024 * 1024

/** Time to work, without what the source takes: a base, and more for larger files. */
const WORK_MS = 10_000
const WORK_PER_MIB_MS = 20

export const workLimitMs = (sizeBytes: number) =>
  WORK_MS + Math.ceil(sizeBytes / PIECE_BYTES) * WORK_PER_MIB_MS

/** The file, with the clock of whoever reads it. */
export class ApkSource {
  readonly sizeBytes: number
  readonly #source: RandomAccess
  readonly #limitMs: number
  readonly #begunAt = performance.now()
  #waitedMs = 0

  constructor(source: RandomAccess, limitMs = workLimitMs(source.sizeBytes)) {
    this.#source = source
    this.#limitMs = limitMs
    this.sizeBytes = source.sizeBytes
  }

  /** Throws `too_slow`; called wherever work can add up. */
  checkTime(): void {
    if (performance.now() - this.#begunAt - this.#waitedMs > this.#limitMs) throw apkRefused('too_slow')
  }

  /** All of the range, which must lie in the file. */
  async read(start: number, lengthBytes: number): Promise<Buffer> {
    this.checkTime()
    if (start < 0 || start + lengthBytes > this.sizeBytes) throw apkRefused('truncated')
    const begunAt = performance.now()
    const bytes = await this.#source.read(start, lengthBytes)
    this.#waitedMs += performance.now() - begunAt
    if (bytes.length !== lengthBytes) throw apkRefused('truncated')
    return bytes
  }

  /** A range, piece by piece; while one is looked at the next is fetched. */
  async *pieces(start: number, end: number): AsyncGenerator<Buffer, void> {
    const fetch = (at: number) => {
      const coming = this.read(at, Math.min(PIECE_BYTES, end - at))
      // Whoever stops early never asks for it.
      coming.catch(() => {})
      return coming
    }
    let coming = start < end ? fetch(start) : undefined
    for (let at = start; coming !== undefined; ) {
      const piece: Buffer = await coming
      at += piece.length
      coming = at < end ? fetch(at) : undefined
      yield piece
    }
  }
}
