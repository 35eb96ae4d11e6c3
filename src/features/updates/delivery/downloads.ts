import type { Writable } from 'node:stream'
import type { BlobFile } from '../../../blobs/blob-store'
import { failure } from '../../../core/errors'

const tooMany = failure(
  'unavailable',
  'downloads_busy',
  'As many files are being fetched as this server serves at once. Come again later.',
)

/** All that downloads have in memory together, however many they are. */
const POOL_BYTES = 112 * 1024 * 1024
const SMALLEST_BYTES = 16 * 1024
const LARGEST_BYTES = 512 * 1024
/** Of what is left one piece takes at most this part. */
const RESERVED = 8
const RETRY_SECONDS = 30
/** What a terminal may fetch at once: it takes files one after the other, and may come again before it knows that it was cut off. */
const MOST_OF_ONE = 3

/**
 * The downloads that a server has under way, and the memory they share. A few read in large pieces, which costs the
 * least; the more there are the smaller the pieces become, so that memory stays bounded. Buffers are used again: fresh
 * ones would cost as much as reading into them. Above the most of them terminals are asked to come again, each at another
 * moment.
 */
export class Downloads {
  #active = 0
  /** What cuts each of a terminal's downloads off. */
  readonly #byTerminal = new Map<string, Set<() => void>>()
  /** Buffers that nobody has, by their size. */
  readonly #free = new Map<number, Buffer[]>()
  #freeBytes = 0
  #usedBytes = 0

  constructor(readonly most: number) {}

  get active(): number {
    return this.#active
  }

  /**
   * Takes a place for this terminal, or refuses as `downloads_busy`: none is left, or it has its share. Every entry is
   * followed by one call of what it returns, more do no harm.
   */
  enter(terminalId: string, cut: () => void): () => void {
    const own = this.#byTerminal.get(terminalId) ?? new Set()
    if (this.#active >= this.most || own.size >= MOST_OF_ONE)
      throw tooMany({ retryAfterSeconds: Math.round(RETRY_SECONDS * (1 + Math.random() * 2)) })
    this.#active++
    this.#byTerminal.set(terminalId, own)
    const one = () => cut()
    own.add(one)
    return () => {
      if (!own.delete(one)) return
      this.#active--
      if (own.size === 0) this.#byTerminal.delete(terminalId)
    }
  }

  /** The terminals that fetch something just now. */
  terminals(): string[] {
    return [...this.#byTerminal.keys()]
  }

  /** Ends all that this terminal fetches: it goes on from the byte where it stopped, if it may. */
  cutOff(terminalId: string): void {
    for (const cut of [...(this.#byTerminal.get(terminalId) ?? [])]) cut()
  }

  /**
   * Sends a range of a file, piece by piece: none is read before the one ahead of it has left. Resolves early where the
   * receiver has gone.
   */
  async send(file: BlobFile, range: { start: number; endInclusive: number }, to: Writable): Promise<void> {
    for (let at = range.start; at <= range.endInclusive && !to.destroyed; ) {
      const buffer = this.#take()
      try {
        const wanted = Math.min(buffer.length, range.endInclusive + 1 - at)
        const count = await file.read(buffer.subarray(0, wanted), at)
        if (count === 0) throw new Error('The file is shorter than it was.')
        await leave(to, buffer.subarray(0, count))
        at += count
      } finally {
        this.#give(buffer)
      }
    }
  }

  #take(): Buffer {
    // Slow readers keep what they took while they were few: who comes later gets a part of what is left.
    const share = Math.min(POOL_BYTES / Math.max(1, this.#active), (POOL_BYTES - this.#usedBytes) / RESERVED)
    const size = 2 ** Math.floor(Math.log2(Math.min(LARGEST_BYTES, Math.max(SMALLEST_BYTES, share))))
    const free = this.#free.get(size)?.pop()
    this.#usedBytes += size
    if (free === undefined) return Buffer.allocUnsafeSlow(size)
    this.#freeBytes -= size
    return free
  }

  #give(buffer: Buffer): void {
    this.#usedBytes -= buffer.length
    if (!this.#hasRoomFor(buffer.length)) this.#dropOthers(buffer.length)
    if (!this.#hasRoomFor(buffer.length)) return
    const free = this.#free.get(buffer.length) ?? []
    this.#free.set(buffer.length, free)
    free.push(buffer)
    this.#freeBytes += buffer.length
  }

  #hasRoomFor(bytes: number): boolean {
    return this.#usedBytes + this.#freeBytes + bytes <= POOL_BYTES
  }

  /** Lets go of buffers of other sizes: they were of use while there were more downloads, or fewer. */
  #dropOthers(size: number): void {
    for (const [other, free] of this.#free) {
      if (other === size) continue
      this.#freeBytes -= other * free.length
      free.length = 0
    }
  }
}

/** Resolves when the bytes are no longer needed: given to the system, or never to be given. */
function leave(to: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    to.once('close', resolve)
    to.write(bytes, () => {
      to.off('close', resolve)
      resolve()
    })
  })
}
