import type { RawSql } from '../db/client'
import { uptimeMs } from './clock'
import type { Logger } from './log'

export interface FeedRow {
  seq: number
  topic: 'terminal' | 'terminals' | 'api_key' | 'operator' | 'settings'
  subjectId: string | null
}

export interface ChangeFeedOptions {
  sql: RawSql
  /** A client that reaches PostgreSQL itself, not a transaction pooler: LISTEN needs a session. */
  listenSql: RawSql
  log: Logger
  /** How often the feed is read without any hint. Half of what revocation may take at most. */
  pollMs?: number
  /** How long what was read stays trustworthy. */
  trustMs?: number
  onChanges(rows: readonly FeedRow[]): void
}

const READ_LIMIT = 5_000

/**
 * Follows the change feed. The table is the truth and is read on a beat; a notification only makes it sooner. Numbers
 * are drawn under a lock held until the commit (drizzle/0001_core.sql), so reading on from the last number misses
 * nothing.
 */
export class ChangeFeed {
  readonly #options: Required<ChangeFeedOptions>
  #cursor = 0
  #trustedUntilMs = 0
  #timer: NodeJS.Timeout | undefined
  #reading: Promise<void> | undefined
  #isReadAgain = false
  #isStopped = false
  #unlisten: (() => Promise<void>) | undefined

  constructor(options: ChangeFeedOptions) {
    this.#options = { pollMs: 2_000, trustMs: 10_000, ...options }
  }

  /** False once the feed could not be read for so long that a revocation may have been missed. */
  isTrusted(atMs = uptimeMs()): boolean {
    return atMs < this.#trustedUntilMs
  }

  /** Starts at the newest entry: whoever loads state afterwards has all that came before. */
  async start(): Promise<void> {
    const startedAtMs = uptimeMs()
    const [row] = await this.#options.sql<{ head: number }[]>`
      select coalesce(max(seq), 0)::float8 as head from change_feed`
    this.#cursor = row?.head ?? 0
    this.#trustedUntilMs = startedAtMs + this.#options.trustMs
    this.#beat()
    await this.#listen()
  }

  /** Reads on now; resolves when everything committed before the call has been passed on. */
  async catchUp(): Promise<void> {
    if (this.#reading !== undefined) {
      this.#isReadAgain = true
      return this.#reading
    }
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#unlisten?.().catch(() => {})
    await this.#reading?.catch(() => {})
  }

  #beat(): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => {
      this.catchUp()
        .catch((error: unknown) =>
          this.#options.log.warn('change_feed_unreadable', { error: error as Error }),
        )
        .finally(() => this.#beat())
    }, this.#options.pollMs)
  }

  async #listen(): Promise<void> {
    try {
      const listening = await this.#options.listenSql.listen('psm_changes', () => {
        this.catchUp().catch(() => {})
      })
      this.#unlisten = listening.unlisten
    } catch (error) {
      // Without hints the beat alone carries the feed: slower, never wrong.
      this.#options.log.warn('change_feed_without_notifications', { error: error as Error })
    }
  }

  async #read(): Promise<void> {
    do {
      this.#isReadAgain = false
      const startedAtMs = uptimeMs()
      const rows = await this.#options.sql<FeedRow[]>`
        select seq::float8 as seq, topic, subject_id as "subjectId" from change_feed
        where seq > ${this.#cursor} order by seq limit ${READ_LIMIT}`
      const last = rows.at(-1)
      if (last !== undefined) {
        this.#options.onChanges(rows)
        this.#cursor = last.seq
      }
      if (rows.length === READ_LIMIT) this.#isReadAgain = true
      else this.#trustedUntilMs = startedAtMs + this.#options.trustMs
    } while (this.#isReadAgain && !this.#isStopped)
  }
}
