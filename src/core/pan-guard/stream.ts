import { scan } from './scan'
import { Work } from './work'

/** Bytes that are looked at together. */
const WINDOW_BYTES = 512 * 1024
/** Of them so many at the end are context: longer than any number with what stands between its digits, dumps included. */
const CONTEXT_BYTES = 16 * 1024
/** The end of what is given out is looked for so far back: a line's end, best where no dump is under way. */
const BACK_BYTES = 8 * 1024

export interface Masker {
  /** Takes more bytes, and gives those that are done with. */
  push(chunk: Uint8Array): Uint8Array[]
  /** The rest. */
  flush(): Uint8Array[]
  /** Card numbers cut so far. */
  readonly hits: number
}

export interface MaskOptions {
  /** A number may go on in the next line, as printers break it. */
  acrossLines?: boolean
}

/**
 * Cuts card data in UTF-8 that comes piece by piece. The result does not depend on where the pieces end. Holds back at most a
 * window of {@link WINDOW_BYTES}; keeps nothing else.
 */
export function createMasker({ acrossLines = true }: MaskOptions = {}): Masker {
  // Taken only when there is something to hold: most texts are short.
  let held = new Uint8Array(0)
  const work = new Work(acrossLines)
  let size = 0
  let hits = 0

  const maskHeld = (limit: number): Uint8Array => {
    work.take(held, size, limit)
    scan(work)
    hits += work.hits
    const { kept, end } = withoutDrops(work, limit)
    const next = size === WINDOW_BYTES ? emptyWindow() : new Uint8Array(0)
    next.set(held.subarray(end, size))
    size -= end
    held = next
    return kept
  }

  return {
    push(chunk) {
      const done: Uint8Array[] = []
      for (let at = 0; at < chunk.length; ) {
        if (held.length === 0) held = emptyWindow()
        const taken = Math.min(chunk.length - at, WINDOW_BYTES - size)
        held.set(chunk.subarray(at, at + taken), size)
        at += taken
        size += taken
        if (size === WINDOW_BYTES) done.push(maskHeld(endOfWindow(held)))
      }
      return done
    },
    flush() {
      if (size === 0) return []
      held.fill(0, size)
      return [maskHeld(size)]
    },
    get hits() {
      return hits
    },
  }
}

/** What it holds is written over before it is looked at. */
const emptyWindow = () => new Uint8Array(Buffer.allocUnsafeSlow(WINDOW_BYTES).buffer)

/** Masks bytes that are all there; `bytes` is changed. */
export function maskBytes(
  bytes: Uint8Array<ArrayBuffer>,
  acrossLines: boolean,
): { bytes: Uint8Array; hits: number } {
  if (bytes.length > WINDOW_BYTES) {
    const masker = createMasker({ acrossLines })
    const parts = [...masker.push(bytes), ...masker.flush()]
    return { bytes: Buffer.concat(parts), hits: masker.hits }
  }
  const work = new Work(acrossLines)
  work.take(bytes, bytes.length, bytes.length)
  scan(work)
  return { bytes: withoutDrops(work, bytes.length).kept, hits: work.hits }
}

/**
 * The same as a stream.
 * @param onEnd told how many card numbers were cut, when all is through
 */
export function maskStream(
  options: MaskOptions = {},
  onEnd?: (hits: number) => void,
): TransformStream<Uint8Array, Uint8Array> {
  const masker = createMasker(options)
  return new TransformStream({
    transform(chunk, controller) {
      for (const part of masker.push(chunk)) controller.enqueue(part)
    },
    flush(controller) {
      for (const part of masker.flush()) controller.enqueue(part)
      onEnd?.(masker.hits)
    },
  })
}

/** Where what is given out ends: at a line's end, with no dump in the line behind it, if there is such a one. */
function endOfWindow(bytes: Uint8Array): number {
  const last = WINDOW_BYTES - CONTEXT_BYTES
  let lineEnd = -1
  for (let at = last; at > last - BACK_BYTES; at--) {
    if (bytes[at - 1] !== 0x0a) continue
    if (lineEnd === -1) lineEnd = at
    if (!hasDump(bytes, at)) return at
  }
  return lineEnd === -1 ? last : lineEnd
}

const DUMP = /^.{0,160}?(?:\b[0-9a-f]{2}\b.{1,4}){3}|^.{0,160}?[0-9a-f]{12}/i

function hasDump(bytes: Uint8Array, from: number): boolean {
  return DUMP.test(Buffer.from(bytes.buffer, bytes.byteOffset + from, 256).toString('latin1'))
}

/** The bytes up to the limit, or to the end of what was dropped across it, without all that was dropped. */
function withoutDrops({ bytes, drops }: Work, limit: number): { kept: Uint8Array; end: number } {
  if (drops.length === 0) return { kept: bytes.subarray(0, limit), end: limit }
  const ranges: [from: number, to: number][] = []
  for (let at = 0; at < drops.length; at += 2) ranges.push([drops[at] as number, drops[at + 1] as number])
  ranges.sort(([a], [b]) => a - b)
  const end = Math.max(limit, ...ranges.map(([from, to]) => (from < limit ? to : 0)))
  const parts: Uint8Array[] = []
  let at = 0
  for (const [from, to] of ranges) {
    if (to <= at || from >= end) continue
    if (from > at) parts.push(bytes.subarray(at, from))
    at = to
  }
  parts.push(bytes.subarray(at, end))
  return { kept: Buffer.concat(parts), end }
}
