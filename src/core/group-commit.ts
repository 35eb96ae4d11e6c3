import { databaseFailure } from './database-failure'
import { failure } from './errors'

const queueFull = failure(
  'unavailable',
  'server_busy',
  'More is waiting to be written than can be promised. Send it again later.',
)

export interface GroupCommitOptions<Item, Result> {
  /** Items of one commit at most; 50 to 100 reach the plateau, more only adds waiting. */
  maxBatch: number
  /** Commits under way at once, those after the first with full batches. */
  maxInFlight: number
  /** Items waiting at most; above, callers are refused as `unavailable`. */
  maxQueued: number
  /** Writes one batch durably and answers in its order. */
  commit(items: readonly Item[]): Promise<readonly Result[]>
}

interface Waiting<Item, Result> {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * Lets concurrent requests share a commit. An item is answered only after the commit that carries it.
 *
 * A batch leaves when none is under way: at once when the server is quiet, so a lone caller waits for nothing; together
 * with all that came meanwhile when it is busy. The batches grow by themselves with the load. Beside another one only a
 * full batch leaves: two that are half full cost more than one, and wait for the same locks.
 * A batch that failed because of what is in it is tried again one by one, so that one bad item spoils no other; where the
 * database itself failed, all of it is refused at once.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>
  #queue: Waiting<Item, Result>[] = []
  #inFlight = 0
  #isScheduled = false
  #idleWaiters: (() => void)[] = []

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options
  }

  /** Items waiting or being written. */
  get pending(): number {
    return this.#queue.length + this.#inFlight
  }

  submit(item: Item): Promise<Result> {
    if (this.#queue.length >= this.#options.maxQueued)
      return Promise.reject(queueFull({ retryAfterSeconds: 5 }))
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject })
      this.#schedule()
    })
  }

  /** Resolves when nothing is waiting any more. */
  async drained(): Promise<void> {
    if (this.pending === 0) return
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve))
  }

  #schedule(): void {
    if (this.#isScheduled || !this.#mayLeave()) return
    this.#isScheduled = true
    // One turn of the event loop gathers the requests that arrived in the same read.
    setImmediate(() => {
      this.#isScheduled = false
      while (this.#mayLeave()) {
        const batch = this.#queue.splice(0, this.#options.maxBatch)
        this.#inFlight++
        void this.#run(batch)
      }
    })
  }

  #mayLeave(): boolean {
    const { maxInFlight, maxBatch } = this.#options
    return this.#queue.length >= (this.#inFlight === 0 ? 1 : maxBatch) && this.#inFlight < maxInFlight
  }

  async #run(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      await this.#write(batch)
    } finally {
      this.#inFlight--
      this.#schedule()
      if (this.pending === 0) for (const wake of this.#idleWaiters.splice(0)) wake()
    }
  }

  async #write(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.commit(batch.map(({ item }) => item))
      for (const [index, one] of batch.entries()) one.resolve(results[index] as Result)
    } catch (error) {
      if (batch.length > 1 && databaseFailure(error)?.kind !== 'unavailable')
        for (const one of batch) await this.#write([one])
      else for (const one of batch) one.reject(error)
    }
  }
}
