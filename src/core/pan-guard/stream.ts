import { setImmediate as turn } from 'node:timers/promises'
import { scan } from './scan'
import { Work } from './work'

/** Bytes that are looked at together. */
const WINDOW_BYTES = 512 * 1024
/** Of them so many at the end are context: longer than any number with what stands between its digits, dumps included. */
const CONTEXT_BYTES = 16 * 1024
/** The end of what is given out is looked for so far back: a line's end, best where no dump is under way. */
const BACK_BYTES = 8 * 1024
/** After so many the clock is looked at: of the slowest input some milliseconds. */
const STEP_BYTES = 8 * 1024
/** Then others have their turn. */
const TURN_MS = 5

/** Bytes that are done with; undefined between two steps of the work. */
type Steps = Iterable<Uint8Array | undefined>

export interface Masker {
  /** Takes more bytes, and gives those that are done with, as they are asked for. */
  push(chunk: Uint8Array): Steps
  /** The rest. */
  flush(): Steps
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

  function* maskHeld(limit: number): Generator<Uint8Array | undefined> {
    work.take(held, size, limit)
    for (let at = 0; at < limit; ) {
      at = scan(work, at, Math.min(limit, at + STEP_BYTES))
      yield undefined
    }
    hits += work.hits
    const { kept, end } = withoutDrops(work, limit)
    const next = size === WINDOW_BYTES ? emptyWindow() : new Uint8Array(0)
    next.set(held.subarray(end, size))
    size -= end
    held = next
    yield kept
  }

  return {
    *push(chunk) {
      for (let at = 0; at < chunk.length; ) {
        if (held.length === 0) held = emptyWindow()
        const taken = Math.min(chunk.length - at, WINDOW_BYTES - size)
        held.set(chunk.subarray(at, at + taken), size)
        at += taken
        size += taken
        if (size === WINDOW_BYTES) yield* maskHeld(endOfWindow(held))
      }
    },
    *flush() {
      if (size === 0) return
      held.fill(0, size)
      yield* maskHeld(size)
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
    const parts = [...masker.push(bytes), ...masker.flush()].filter((part) => part !== undefined)
    return { bytes: Buffer.concat(parts), hits: masker.hits }
  }
  const work = acrossLines ? ofLines : ofText
  work.take(bytes, bytes.length, bytes.length)
  try {
    scan(work)
    return { bytes: withoutDrops(work, bytes.length).kept, hits: work.hits }
  } finally {
    work.take(NOTHING, 0, 0)
  }
}

/** Taken anew for every text of a slip they would cost more than the look into it; nothing waits within one. */
const ofText = new Work(false)
const ofLines = new Work(true)
const NOTHING = new Uint8Array(0)

/**
 * The same of what comes and goes by and by. Long work is done in turns, so that others are not kept waiting.
 * @param onEnd told how many card numbers were cut, when all is through
 */
export async function* maskChunks(
  source: AsyncIterable<Uint8Array>,
  onEnd: (hits: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const masker = createMasker()
  for await (const chunk of source) yield* inTurns(masker.push(chunk))
  yield* inTurns(masker.flush())
  onEnd(masker.hits)
}

async function* inTurns(steps: Steps): AsyncGenerator<Uint8Array> {
  let begun = performance.now()
  for (const part of steps) {
    if (part !== undefined) yield part
    if (performance.now() - begun < TURN_MS) continue
    await turn()
    begun = performance.now()
  }
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
  const order = inOrder(drops)
  let end = limit
  for (const at of order) if ((drops[at] as number) < limit) end = Math.max(end, drops[at + 1] as number)
  const kept = new Uint8Array(end)
  let size = 0
  let at = 0
  const keep = (to: number) => {
    if (to > at) kept.set(bytes.subarray(at, to), size)
    size += Math.max(0, to - at)
  }
  for (const place of order) {
    const from = drops[place] as number
    const to = drops[place + 1] as number
    if (to <= at || from >= end) continue
    keep(from)
    at = to
  }
  keep(end)
  return { kept: kept.subarray(0, size), end }
}

/** Where each range of bytes stands in the list, in the order of their first bytes: nearly all are in it. */
function inOrder(drops: readonly number[]): number[] {
  const places: number[] = []
  let isSorted = true
  for (let at = 0; at < drops.length; at += 2) {
    isSorted &&= at === 0 || (drops[at] as number) >= (drops[at - 2] as number)
    places.push(at)
  }
  return isSorted ? places : places.sort((a, b) => (drops[a] as number) - (drops[b] as number))
}
