import { createHash } from 'node:crypto'
import type { ByteSource, PutOptions } from './blob-store'
import { blobHashMismatch, blobSourceStalled, blobTooLarge } from './errors'

const IDLE_MS = 30_000

export interface Metered {
  chunks: AsyncGenerator<Uint8Array, void>
  /** After the last chunk. */
  result(): { sha256: string; sizeBytes: number }
}

/**
 * Counts and hashes bytes on their way through, and ends the flow where they are too many, not the announced ones, or
 * stop coming. What ends the flow also closes the source.
 */
export function meter(source: ByteSource, options: PutOptions): Metered {
  const hash = createHash('sha256')
  let sizeBytes = 0
  let sha256 = ''
  async function* flow(): AsyncGenerator<Uint8Array, void> {
    const iterator = source[Symbol.asyncIterator]()
    let isExhausted = false
    try {
      for (;;) {
        const next = await nextChunk(iterator, options)
        if (next.done) break
        sizeBytes += next.value.byteLength
        if (sizeBytes > options.maxBytes) throw blobTooLarge({ values: { maxBytes: options.maxBytes } })
        hash.update(next.value)
        yield next.value
      }
      isExhausted = true
      sha256 = hash.digest('hex')
      if (options.sha256 !== undefined && options.sha256 !== sha256) throw blobHashMismatch()
    } finally {
      // A stalled source may never settle its return: it is told, not awaited.
      if (!isExhausted) void iterator.return?.()?.catch(() => {})
    }
  }
  return { chunks: flow(), result: () => ({ sha256, sizeBytes }) }
}

function nextChunk(
  iterator: AsyncIterator<Uint8Array>,
  { signal, idleMs = IDLE_MS }: PutOptions,
): Promise<IteratorResult<Uint8Array>> {
  return new Promise((resolve, reject) => {
    const onAbort = () => settle(() => reject(signal?.reason))
    const timer = setTimeout(() => settle(() => reject(blobSourceStalled())), idleMs)
    const settle = (act: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      act()
    }
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort)
    iterator.next().then(
      (result) => settle(() => resolve(result)),
      (error: unknown) => settle(() => reject(error)),
    )
  })
}
