import { Readable } from 'node:stream'
import { storeFailure } from '../errors'
import { nextChunk, readSource } from '../source'

const READ_AHEAD_BYTES = 256 * 1024

/**
 * The body of a download as a stream that fails, rather than ends, where fewer bytes came than promised, and that does
 * not wait for ever for a server that went silent. A slow reader is no silence: time counts while bytes are wanted.
 */
export function guardDownload(
  body: Readable,
  { sizeBytes, idleMs, signal }: { sizeBytes: number; idleMs: number; signal?: AbortSignal | undefined },
): Readable {
  const source = readSource(body)
  const stopping = new AbortController()
  let missingBytes = sizeBytes
  const stream = new Readable({
    highWaterMark: READ_AHEAD_BYTES,
    signal,
    read() {
      const onIdle = () => fail(new Error('the server went silent'))
      nextChunk(source, { idleMs, signal: stopping.signal, onIdle }).then(({ done, value }) => {
        if (!done) missingBytes -= value.byteLength
        else if (missingBytes !== 0) return fail(new Error(`${missingBytes} bytes are missing`))
        stream.push(done ? null : value)
      }, fail)
    },
    destroy(error, done) {
      stopping.abort()
      source.release(error)
      done(error)
    },
  })
  const fail = (error: unknown) => void stream.destroy(storeFailure(error))
  return stream
}
