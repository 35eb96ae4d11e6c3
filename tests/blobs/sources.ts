import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'

export const MIB = 1024 * 1024
/** Three parts of an S3 upload, the last one short. */
export const LARGE_BYTES = 20 * MIB + 123

/** Bytes that look random and are the same each time. */
export function noise(sizeBytes: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(sizeBytes)
  let state = seed
  for (let at = 0; at < sizeBytes; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export async function* chunksOf(bytes: Buffer, chunkBytes = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Each kind of source there is, yielding these bytes. */
export const KINDS_OF_SOURCE = {
  'a Node stream': (bytes: Buffer) => Readable.from(chunksOf(bytes)),
  'a Web stream': (bytes: Buffer) => {
    const chunks = chunksOf(bytes)
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const next = await chunks.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
    })
  },
  'a generator': (bytes: Buffer) => chunksOf(bytes),
}

/** A Node stream that yields these bytes and then nothing more, not even its end. */
export function stallingStream(bytes: Buffer): Readable {
  let isSent = false
  return new Readable({
    read() {
      if (!isSent) this.push(bytes)
      isSent = true
    },
  })
}

/** The same as a Web stream, which tells with what reason it was cancelled. */
export function stallingWebStream(bytes: Buffer): {
  stream: ReadableStream<Uint8Array>
  cancelled: Promise<unknown>
} {
  let onCancel = (_: unknown) => {}
  const cancelled = new Promise<unknown>((resolve) => {
    onCancel = resolve
  })
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes),
    cancel: (reason) => onCancel(reason),
  })
  return { stream, cancelled }
}

/** Yields these bytes, then breaks with this error. */
export async function* breakingAfter(bytes: Buffer, error: unknown): AsyncGenerator<Uint8Array> {
  yield* chunksOf(bytes)
  throw error
}
