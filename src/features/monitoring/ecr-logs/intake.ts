import { createHash, type Hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Ctx } from '../../../core/context'
import { bodyIncomplete, bodyTooLarge } from '../../../terminal/body'
import { offsetMismatch, uploadEnded, uploadsBusy } from './errors'
import { type IncomingLog, type KeptLog, keepLog } from './store'

/** A mobile link may stall; a socket that says nothing for so long is given up, and the terminal goes on from there. */
const IDLE_MS = 60_000
const BUSY_RETRY_SECONDS = 60
/** Of one terminal at once; it may not take the places of all others. */
const MOST_OF_TERMINAL = 3
/** Uploads that have ended, whose last part may come again because the answer to it was lost. */
const MOST_ENDED = 1_000

export interface ReceivedLog extends KeptLog {
  /** Of the bytes as they came, for who sent them. */
  sha256: string
  sizeBytes: number
}

interface EndedUpload {
  received: ReceivedLog
  lastPart: { offset: number; sha256: string }
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
  readonly terminalId: string
  readonly outcome: Promise<KeptLog>
  readonly #channel = new Channel()
  readonly #digest: Hash = createHash('sha256')
  #connection: { req: IncomingMessage; done: Promise<void> } | undefined
  #lastPart = { offset: 0, digest: createHash('sha256') }
  #ended: Promise<EndedUpload> | undefined
  #expiry: NodeJS.Timeout | undefined

  constructor(
    ctx: Ctx,
    log: IncomingLog,
    readonly maxBytes: number,
  ) {
    this.terminalId = log.terminalId
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

  /** All bytes have come; undefined until then. */
  get ended(): Promise<EndedUpload> | undefined {
    return this.#ended
  }

  /** Takes the rest of the log. Rejects where the connection breaks, then it may be gone on with for so long. */
  async receive(req: IncomingMessage, resumeMs: number): Promise<EndedUpload> {
    clearTimeout(this.#expiry)
    this.#lastPart = { offset: this.receivedBytes, digest: createHash('sha256') }
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
    this.#ended = this.#end()
    return this.#ended
  }

  async #end(): Promise<EndedUpload> {
    const { offset, digest } = this.#lastPart
    const whole = { sha256: this.#digest.digest('hex'), sizeBytes: this.receivedBytes }
    const lastPart = { offset, sha256: digest.digest('hex') }
    return { received: { ...(await this.outcome), ...whole }, lastPart }
  }

  async #read(req: IncomingMessage): Promise<void> {
    const failed = this.outcome.then(() => {})
    failed.catch(() => {})
    for await (const bytes of bytesOf(req)) {
      if (this.receivedBytes + bytes.length > this.maxBytes) {
        const error = bodyTooLarge({ values: { maxBytes: this.maxBytes } })
        this.#channel.fail(error)
        throw error
      }
      await Promise.race([this.#channel.give(bytes), failed])
      this.#digest.update(bytes)
      this.#lastPart.digest.update(bytes)
      this.receivedBytes += bytes.length
    }
  }
}

/** What comes; `body_incomplete` where the connection breaks or stalls. */
async function* bytesOf(req: IncomingMessage): AsyncGenerator<Buffer> {
  const idle = setTimeout(() => req.destroy(), IDLE_MS)
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      idle.refresh()
      yield chunk as Buffer
    }
  } catch (error) {
    // Whatever the connection says: the log is not whole.
    throw bodyIncomplete(undefined, { cause: error })
  } finally {
    clearTimeout(idle)
  }
  if (!req.complete) throw bodyIncomplete()
}

export interface IntakeLimits {
  maxBytes: number
  most: number
  resumeMs: number
}

/** The logs on their way to this server, by terminal and name. */
export class LogIntakes {
  readonly #open = new Map<string, Intake>()
  readonly #ended = new Map<string, EndedUpload>()

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
    const { maxBytes } = this.limits
    if (offset + Number(req.headers['content-length'] ?? 0) > maxBytes)
      throw bodyTooLarge({ values: { maxBytes } })
    const key = keyOf(log.terminalId, log.name)
    // Of several that have waited here, each finds the one before it at work.
    for (let one = this.#open.get(key); one?.isConnected === true; one = this.#open.get(key))
      await one.disconnect()
    const known = this.#open.get(key)
    if (offset > 0) {
      const ended = known === undefined ? this.#ended.get(key) : known.ended
      if (ended !== undefined) return againOf(await ended, offset, req)
      // Nothing is waited for from here on, or another would come in between.
      if (known?.receivedBytes !== offset) throw offsetMismatch()
      return this.#receive(key, known, req)
    }
    known?.giveUp()
    this.#open.delete(key)
    this.#ended.delete(key)
    this.#makeRoom(log.terminalId)
    const intake = new Intake(ctx, log, maxBytes)
    this.#open.set(key, intake)
    intake.outcome.catch(() => {}).finally(() => this.#forget(key, intake))
    return this.#receive(key, intake, req)
  }

  async #receive(key: string, intake: Intake, req: IncomingMessage): Promise<ReceivedLog> {
    const ended = await intake.receive(req, this.limits.resumeMs)
    this.#ended.delete(key)
    this.#ended.set(key, ended)
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= MOST_ENDED) break
      this.#ended.delete(oldest)
    }
    return ended.received
  }

  /** The terminals whose logs are under way. */
  terminals(): string[] {
    return [...new Set([...this.#open.values()].map(({ terminalId }) => terminalId))]
  }

  /** Ends all that this terminal hands over. */
  cutOff(terminalId: string): void {
    for (const intake of this.#open.values()) {
      if (intake.terminalId !== terminalId) continue
      intake.giveUp()
      void intake.disconnect()
    }
  }

  stop(): void {
    for (const intake of this.#open.values()) intake.giveUp()
  }

  /** Those that wait for their terminal make room for those that have come, first of all for those of the same terminal. */
  #makeRoom(terminalId: string): void {
    const all = [...this.#open]
    const own = all.filter(([, intake]) => intake.terminalId === terminalId)
    const inTheWay = own.length >= MOST_OF_TERMINAL ? own : all.length >= this.limits.most ? all : undefined
    if (inTheWay === undefined) return
    const waiting = inTheWay.find(([, intake]) => !intake.isConnected && intake.ended === undefined)
    if (waiting === undefined) throw uploadsBusy({ retryAfterSeconds: BUSY_RETRY_SECONDS })
    waiting[1].giveUp()
    this.#open.delete(waiting[0])
  }

  #forget(key: string, intake: Intake): void {
    if (this.#open.get(key) === intake) this.#open.delete(key)
  }
}

const keyOf = (terminalId: string, name: string) => `${terminalId} ${name}`

/** The answer to what has come already: nothing behind the end, or the last part once more. */
async function againOf(
  { received, lastPart }: EndedUpload,
  offset: number,
  req: IncomingMessage,
): Promise<ReceivedLog> {
  const restBytes = received.sizeBytes - offset
  if (restBytes !== 0 && offset !== lastPart.offset) throw offsetMismatch()
  const digest = createHash('sha256')
  let cameBytes = 0
  for await (const bytes of bytesOf(req)) {
    cameBytes += bytes.length
    if (cameBytes > restBytes) throw offsetMismatch()
    digest.update(bytes)
  }
  if (cameBytes !== restBytes || (restBytes > 0 && digest.digest('hex') !== lastPart.sha256))
    throw offsetMismatch()
  return { ...received, isNew: false }
}
