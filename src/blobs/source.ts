import type { Readable } from 'node:stream'
import type { ByteSource } from './blob-store'

/** One way to read Node streams, Web streams and generators, and to let go of them while they are silent. */
export interface SourceReader {
  next(): Promise<IteratorResult<Uint8Array, unknown>>
  /** Says that nobody reads on. Not awaited: a silent source may never answer. */
  release(reason: unknown): void
}

/** Takes hold of a source at once, so that one which breaks before it is read harms nobody. */
export function readSource(source: ByteSource): SourceReader {
  if ('getReader' in source) return readWebStream(source)
  const iterator = source[Symbol.asyncIterator]()
  const next = () => iterator.next()
  if (!isNodeStream(source))
    return { next, release: () => void Promise.resolve(iterator.return?.()).catch(() => {}) }
  // Its iterator listens only from the first read on; an error before that would end the process.
  source.on('error', () => {})
  // The iterator's own end would wait behind a read that is still pending.
  return { next, release: () => void source.destroy() }
}

function readWebStream(source: ReadableStream<Uint8Array>): SourceReader {
  const reader = source.getReader()
  return {
    async next() {
      const { done, value } = await reader.read()
      return done ? { done: true, value: undefined } : { done: false, value }
    },
    release: (reason) => void reader.cancel(reason).catch(() => {}),
  }
}

function isNodeStream(source: AsyncIterable<Uint8Array>): source is Readable {
  return 'pipe' in source && 'destroy' in source
}

/** The next chunk; rejects with the signal's reason as soon as it fires. `onIdle` is called after `idleMs` of silence. */
export function nextChunk(
  reader: SourceReader,
  { idleMs, signal, onIdle }: { idleMs: number; signal: AbortSignal; onIdle: () => void },
): Promise<IteratorResult<Uint8Array, unknown>> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const timer = setTimeout(onIdle, idleMs)
    const onStop = () => settle(() => reject(signal.reason))
    const settle = (act: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onStop)
      act()
    }
    signal.addEventListener('abort', onStop)
    reader.next().then(
      (result) => settle(() => resolve(result)),
      (error: unknown) => settle(() => reject(error)),
    )
  })
}
