import { createHash, type Hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Ctx } from '../../../core/context'
import { bodyIncomplete, bodyTooLarge } from '../../../terminal/body'
import { offsetMismatch, uploadEnded, uploadsBusy } from './errors'
import { type IncomingLog, type KeptLog, keepLog } from './store'

/** A mobile link may stall; a socket that says nothing for so long is given up, and the terminal goes on from there. */
const IDLE_MS = 60_000
const BUSY_RETRY_SECONDS = 60

export interface ReceivedLog extends KeptLog {
  /** Of the bytes as they came, for who sent them. */
  sha256: string
  sizeBytes: number
}

/** One chunk at a time: who gives waits until it was taken. */
class Channel implements AsyncIterable<Buffer> {
  #chunk: Buffer | undefined
  #isEnded = false
  #error: unknown
  #waiting: (() => void)[] = []

  async give(chunk: Buffer): Promise<void> {
    this.#chunk = chunk
    this.#wake()
    while (this.#chunk !== undefined && this.#error === undefined) await this.#changed()
  }

  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  fail(error: unknown): void {
    this.#error ??= error
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error
      const chunk = this.#chunk
      if (chunk !== undefined) {
        this.#chunk = undefined
        this.#wake()
        yield chunk
      } else if (this.#isEnded) return
      else await this.#changed()
    }
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/**
 * A log on its way in. When its connection breaks, all that works on it stays in memory and waits for the next one: what has
 * not been cut yet is nowhere else.
 */
class Intake {
  receivedBytes = 0
  readonly outcome: Promise<KeptLog>
  readonly #channel = new Channel()
  readonly #digest: Hash = createHash('sha256')
  #connection: { req: IncomingMessage; done: Promise<void> } | undefined
  #expiry: NodeJS.Timeout | undefined

  constructor(
    ctx: Ctx,
    log: IncomingLog,
    readonly maxBytes: number,
  ) {
    this.outcome = keepLog(ctx, log, this.#channel, () => this.receivedBytes)
    this.outcome.catch((error: unknown) => this.#channel.fail(error))
  }

  get isConnected(): boolean {
    return this.#connection !== undefined
  }

  /** A terminal that comes again has lost the connection that this server still believes in. */
  async disconnect(): Promise<void> {
    this.#connection?.req.destroy()
    await this.#connection?.done
  }

  giveUp(): void {
    clearTimeout(this.#expiry)
    this.#channel.fail(uploadEnded())
  }

  /** Takes the rest of the log. Rejects where the connection breaks, then it may be gone on with for so long. */
  async receive(req: IncomingMessage, resumeMs: number): Promise<ReceivedLog> {
    clearTimeout(this.#expiry)
    let isDone = () => {}
    const done = new Promise<void>((resolve) => {
      isDone = resolve
    })
    this.#connection = { req, done }
    try {
      await this.#read(req)
    } catch (error) {
      this.#expiry = setTimeout(() => this.giveUp(), resumeMs).unref()
      throw error
    } finally {
      this.#connection = undefined
      isDone()
    }
    this.#channel.end()
    const kept = await this.outcome
    return { ...kept, sha256: this.#digest.digest('hex'), sizeBytes: this.receivedBytes }
  }

  async #read(req: IncomingMessage): Promise<void> {
    const idle = setTimeout(() => req.destroy(), IDLE_MS)
    const failed = this.outcome.then(() => {})
    failed.catch(() => {})
    try {
      for await (const chunk of req.iterator({ destroyOnReturn: false })) {
        idle.refresh()
        const bytes = chunk as Buffer
        if (this.receivedBytes + bytes.length > this.maxBytes) {
          const error = bodyTooLarge({ values: { maxBytes: this.maxBytes } })
          this.#channel.fail(error)
          throw error
        }
        await Promise.race([this.#channel.give(bytes), failed])
        this.#digest.update(bytes)
        this.receivedBytes += bytes.length
      }
    } catch (error) {
      // Whatever the connection says: the log is not whole.
      throw req.destroyed && !req.complete ? bodyIncomplete(undefined, { cause: error }) : error
    } finally {
      clearTimeout(idle)
    }
    if (!req.complete) throw bodyIncomplete()
  }
}

export interface IntakeLimits {
  maxBytes: number
  most: number
  resumeMs: number
}

/** The logs on their way to this server, by terminal and name. */
export class LogIntakes {
  readonly #open = new Map<string, Intake>()

  constructor(readonly limits: IntakeLimits) {}

  get active(): number {
    return this.#open.size
  }

  /** How many bytes of a log have come that is not whole yet; undefined where none is under way. */
  receivedBytes(terminalId: string, name: string): number | undefined {
    return this.#open.get(keyOf(terminalId, name))?.receivedBytes
  }

  /**
   * Takes a log, or goes on with one at the byte where it broke off. `ecr_log_offset_mismatch`, `ecr_log_uploads_busy`,
   * `body_too_large`, `body_incomplete`, and what is wrong with the log.
   */
  async receive(ctx: Ctx, log: IncomingLog, offset: number, req: IncomingMessage): Promise<ReceivedLog> {
    const key = keyOf(log.terminalId, log.name)
    const before = this.#open.get(key)
    await before?.disconnect()
    const known = this.#open.get(key)
    if (offset > 0 && known?.receivedBytes !== offset) throw offsetMismatch()
    if (offset > 0 && known !== undefined) return known.receive(req, this.limits.resumeMs)
    known?.giveUp()
    this.#open.delete(key)
    this.#makeRoom()
    const intake = new Intake(ctx, log, this.limits.maxBytes)
    this.#open.set(key, intake)
    intake.outcome.catch(() => {}).finally(() => this.#forget(key, intake))
    return intake.receive(req, this.limits.resumeMs)
  }

  stop(): void {
    for (const intake of this.#open.values()) intake.giveUp()
  }

  /** Those that wait for their terminal make room for those that have come. */
  #makeRoom(): void {
    if (this.#open.size < this.limits.most) return
    const waiting = [...this.#open].find(([, intake]) => !intake.isConnected)
    if (waiting === undefined) throw uploadsBusy({ retryAfterSeconds: BUSY_RETRY_SECONDS })
    waiting[1].giveUp()
    this.#open.delete(waiting[0])
  }

  #forget(key: string, intake: Intake): void {
    if (this.#open.get(key) === intake) this.#open.delete(key)
  }
}

const keyOf = (terminalId: string, name: string) => `${terminalId} ${name}`
