import { createHash, type Hash } from 'node:crypto'
import { type Answer, ConnectionLost } from './client'
import type { Host } from './host'
import type { Troubles } from './troubles'

export interface RemoteFile {
  sha256: string
  size: number
  url: string
}

interface Partial {
  bytes: number
  hash: Hash
  /** What was fetched of the file's last `TAIL_BYTES`. */
  tail: Buffer[]
}

export type Fetched = 'whole' | 'lost' | 'later' | 'spoilt'

const PIECE_BYTES = 4 * 1024 * 1024
const TAIL_BYTES = 1024 * 1024
/** Not now, or not any more: the next check-in tells. */
const LATER = new Set([403, 404, 429, 500, 502, 503, 504])

/**
 * Fetches files piece by piece and goes on where it broke off. Real terminals keep the pieces on flash; this one only
 * their hash, and the end, where an APK has its signature.
 */
export class Downloads {
  readonly #host: Pick<Host, 'persona' | 'fetch'>
  readonly #partial = new Map<string, Partial>()

  constructor(host: Pick<Host, 'persona' | 'fetch'>) {
    this.#host = host
  }

  /** What lies on flash by now, whole files among it. */
  get bytes(): number {
    return [...this.#partial.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  bytesOf({ sha256 }: RemoteFile): number {
    return this.#partial.get(sha256)?.bytes ?? 0
  }

  /** The end of a file that was fetched, 1 MiB where it has so much. */
  tailOf({ sha256 }: RemoteFile): Buffer {
    return Buffer.concat(this.#partial.get(sha256)?.tail ?? [])
  }

  /** Lets go of what no action wants any more. */
  keepOnly(files: readonly RemoteFile[]): void {
    for (const sha256 of this.#partial.keys())
      if (!files.some((file) => file.sha256 === sha256)) this.#partial.delete(sha256)
  }

  drop({ sha256 }: RemoteFile): void {
    this.#partial.delete(sha256)
  }

  /**
   * @param taken told after each piece
   * @returns `lost` after a power cut, `later` where the server does not give it now, `spoilt` where it is another file
   * @throws ConnectionLost what had come by then is kept
   */
  async fetch(file: RemoteFile, troubles: Troubles, taken: () => Promise<unknown>): Promise<Fetched> {
    const partial = this.#partial.get(file.sha256) ?? emptyPartial()
    this.#partial.set(file.sha256, partial)
    while (partial.bytes < file.size) {
      const answer = await this.#nextPiece(file, partial, troubles)
      if (LATER.has(answer.status)) return 'later'
      if (!take(answer, partial, file)) return 'spoilt'
      await taken()
      if (this.#host.persona.chance() < troubles.powerCutRate) return 'lost'
    }
    if (partial.hash.copy().digest('hex') === file.sha256) return 'whole'
    this.drop(file)
    return 'spoilt'
  }

  async #nextPiece(file: RemoteFile, partial: Partial, { networkLossRate }: Troubles): Promise<Answer> {
    const last = Math.min(partial.bytes + PIECE_BYTES, file.size) - 1
    const headers = { Range: `bytes=${partial.bytes}-${last}`, 'If-Range': `"${file.sha256}"` }
    const isLost = this.#host.persona.chance() < networkLossRate
    const cut = isLost ? ({ cut: 'while-receiving' } as const) : {}
    try {
      return await this.#host.fetch(file.url, { headers, follows: true, ...cut })
    } catch (error) {
      if (error instanceof ConnectionLost && error.received !== undefined) take(error.received, partial, file)
      throw error
    }
  }
}

function emptyPartial(): Partial {
  return { bytes: 0, hash: createHash('sha256'), tail: [] }
}

/** @returns false where it is nothing to go on with */
function take({ status, body }: Answer, partial: Partial, { size }: RemoteFile): boolean {
  if (status !== 200 && status !== 206) return false
  // 200 begins anew, whatever range was asked for.
  if (status === 200) Object.assign(partial, emptyPartial())
  partial.hash.update(body)
  partial.bytes += body.length
  const beforeTail = Math.max(0, size - TAIL_BYTES) - (partial.bytes - body.length)
  if (beforeTail < body.length) partial.tail.push(body.subarray(Math.max(0, beforeTail)))
  return true
}
