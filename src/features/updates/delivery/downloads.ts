import { failure } from '../../../core/errors'

const tooMany = failure(
  'unavailable',
  'downloads_busy',
  'As many files are being fetched as this server serves at once. Come again later.',
)

/** All that is read ahead of terminals together, however many they are. */
const BUFFER_BYTES = 64 * 1024 * 1024
const SMALLEST_CHUNK_BYTES = 16 * 1024
const LARGEST_CHUNK_BYTES = 1024 * 1024
/** A chunk being read, one waiting, one on its way to the socket. */
const CHUNKS_OF_ONE = 3
const RETRY_SECONDS = 30

/**
 * The downloads that a server has under way. A few are read in large chunks, which costs the least; the more there are the
 * smaller the chunks become, so that memory stays bounded. Above the most of them terminals are asked to come again, each
 * at another moment.
 */
export class Downloads {
  #active = 0

  constructor(readonly most: number) {}

  get active(): number {
    return this.#active
  }

  /** Refuses as `downloads_busy`; else says in what chunks to read. Every entry is followed by one `leave`. */
  enter(): { chunkBytes: number; leave(): void } {
    if (this.#active >= this.most)
      throw tooMany({ retryAfterSeconds: Math.round(RETRY_SECONDS * (1 + Math.random() * 2)) })
    this.#active++
    const share = Math.floor(BUFFER_BYTES / (this.#active * CHUNKS_OF_ONE))
    let isIn = true
    return {
      chunkBytes: Math.min(LARGEST_CHUNK_BYTES, Math.max(SMALLEST_CHUNK_BYTES, share)),
      leave: () => {
        if (isIn) this.#active--
        isIn = false
      },
    }
  }
}
