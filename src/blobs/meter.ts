import { createHash } from 'node:crypto'
import type { ByteSource, PutOptions } from './blob-store'
import { blobHashMismatch, blobSourceStalled, blobTooLarge, storeFailure } from './errors'
import { nextChunk, readSource, type SourceReader } from './source'

const DEFAULT_IDLE_MS = 30_000

/**
 * Counts and hashes bytes on their way through, and ends the flow where they are too many, not the announced ones, or
 * stop coming, where the caller gives up, or where the driver fails. Whatever comes first is the reason of the whole
 * put. What ends the flow early also lets go of the source. Time the driver takes to write does not count as silence.
 */
export class Meter {
  readonly #reader: SourceReader
  readonly #hash = createHash('sha256')
  readonly #stopping = new AbortController()
  readonly #giveUp = () => this.stop(this.options.signal?.reason)
  #sizeBytes = 0
  #isExhausted = false

  constructor(
    source: ByteSource,
    readonly options: PutOptions,
  ) {
    this.#reader = readSource(source)
    options.signal?.addEventListener('abort', this.#giveUp)
    if (options.signal?.aborted) this.#giveUp()
  }

  /** Fires when the flow was stopped. */
  get stopped(): AbortSignal {
    return this.#stopping.signal
  }

  /** The bytes, once. Throws the reason of a stop. */
  async *chunks(): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const next = await nextChunk(this.#reader, {
          idleMs: this.options.idleMs ?? DEFAULT_IDLE_MS,
          signal: this.stopped,
          onIdle: () => this.stop(blobSourceStalled()),
        })
        if (next.done) break
        this.#count(next.value)
        yield next.value
      }
      this.#isExhausted = true
    } catch (error) {
      this.stop(error)
      throw this.stopped.reason
    } finally {
      this.#letGo()
    }
    this.#checkHash()
  }

  /** Ends the flow. The first reason counts. */
  stop(reason: unknown): void {
    this.#stopping.abort(reason)
    this.#letGo()
  }

  /** Does a put's work. Whatever it runs into ends the flow, and the first reason is what the put is refused with. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!this.stopped.aborted) this.stop(storeFailure(error))
      throw this.stopped.reason
    }
  }

  /** After the last chunk. */
  result(): { sha256: string; sizeBytes: number } {
    return { sha256: this.#hash.copy().digest('hex'), sizeBytes: this.#sizeBytes }
  }

  #count(chunk: Uint8Array): void {
    // A stream of strings would pass every limit uncounted.
    if (!ArrayBuffer.isView(chunk)) throw new TypeError('a blob is made of bytes')
    this.#sizeBytes += chunk.byteLength
    const { maxBytes } = this.options
    if (this.#sizeBytes > maxBytes) throw blobTooLarge({ values: { maxBytes } })
    this.#hash.update(chunk)
  }

  #checkHash(): void {
    const { sha256 } = this.options
    if (sha256 === undefined || sha256 === this.result().sha256) return
    this.stop(blobHashMismatch())
    throw this.stopped.reason
  }

  #letGo(): void {
    this.options.signal?.removeEventListener('abort', this.#giveUp)
    if (!this.#isExhausted) this.#reader.release(this.stopped.reason)
  }
}
