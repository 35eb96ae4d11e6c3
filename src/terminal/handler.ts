import type { IncomingMessage, ServerResponse } from 'node:http'
import { uptimeMs } from '../core/clock'
import type { Ctx } from '../core/context'
import { databaseFailure } from '../core/database-failure'
import { type FailureKind, failure, HTTP_STATUS, isFailure } from '../core/errors'
import { sourceOf } from '../core/http-caller'
import type { Logger } from '../core/log'
import { type Problem, problemOf, sendProblem } from '../core/problem'
import type { Authenticator } from './authenticate'
import { type BodyKeeper, readJsonBody } from './body'
import type { TerminalDirectory } from './directory'
import type { Noting, Reply, TerminalCall, TerminalMessage } from './message'
import { Outbox } from './outbox'
import { sendReply } from './reply'
import { type Match, Routes } from './routes'
import type { Ending, TrafficLog } from './traffic'

export const TERMINAL_PREFIX = '/terminal/v1'

const notFound = failure('not_found', 'unknown_path', 'There is no such message.')
const notAllowed = failure(
  'method_not_allowed',
  'method_not_allowed',
  'This message is sent with another method.',
)
const suspended = failure('forbidden', 'terminal_suspended', 'This terminal is suspended.')
const tooOften = failure('rate_limited', 'too_many_requests', 'This terminal calls too often.')
const internal = failure('internal', 'internal', 'The server made a mistake. Send the message again later.')

export interface PublicMessage {
  method: 'POST'
  /** Below /terminal/v1. */
  path: string
  handle(req: IncomingMessage, source: string, requestId: string, nowMs: number): Promise<Reply>
}

export interface TerminalHandlerParts {
  messages: readonly TerminalMessage[]
  /** What strangers may send: enrolment, and nothing else. */
  publicMessages: readonly PublicMessage[]
  directory: TerminalDirectory
  authenticator: Authenticator
  requestsPerMinute: number
  trustProxy: boolean
  log: Logger
  makeCtx(terminalId: string, requestId: string, address: string): Promise<Ctx>
  planMayHaveChanged(slot: number): void
  /** Told of every answer, for the metrics. */
  answered(message: string, status: number, durationMs: number): void
  /** Told of whoever is not known and is refused: no token, a wrong one, a wrong code of enrolment, or too many of these. */
  strangerRefused(from: { requestId: string; address: string }): void
  /** Told of every answer to a known terminal. */
  traffic: TrafficLog
  nextRequestId(): string
}

/**
 * The door for terminals: who is calling, which message, is it well-formed, and then the verb. Any other caller gets
 * 401 before routing, media type or body are looked at.
 */
export function createTerminalHandler(parts: TerminalHandlerParts) {
  const routes = new Routes(parts.messages)
  const outbox = new Outbox()
  const publicByPath = new Map(parts.publicMessages.map((one) => [TERMINAL_PREFIX + one.path, one]))

  return function handleTerminal(req: IncomingMessage, res: ServerResponse): void {
    const exchange = new Exchange(parts, outbox, req, res)
    const { path } = exchange
    const open = publicByPath.get(path)
    try {
      const done = open === undefined ? answerTerminal(exchange) : answerStranger(exchange, open)
      done?.catch((error: unknown) => exchange.fail(error))
    } catch (error) {
      exchange.fail(error)
    }
  }

  async function answerStranger(exchange: Exchange, open: PublicMessage): Promise<void> {
    exchange.name = open.path.slice(1)
    const { req } = exchange
    if (req.method !== open.method) throw notAllowed({ values: { allow: [open.method] } })
    exchange.finish(await open.handle(req, exchange.source, exchange.requestId, exchange.startedAtMs))
  }

  function answerTerminal(exchange: Exchange): Promise<void> | undefined {
    const slot = parts.authenticator.authenticate(exchange.req, exchange.source, exchange.begunAtMs)
    return typeof slot === 'number'
      ? answerKnown(exchange, slot)
      : slot.then((found) => answerKnown(exchange, found))
  }

  async function answerKnown(exchange: Exchange, slot: number): Promise<void> {
    const match = routes.match(exchange.req.method ?? 'GET', exchange.path.slice(TERMINAL_PREFIX.length))
    exchange.isOf(slot, match === undefined || 'allow' in match ? undefined : match)
    if (!parts.directory.takeRequest(slot, exchange.begunAtMs, parts.requestsPerMinute))
      throw tooOften({ retryAfterSeconds: 60 / parts.requestsPerMinute })
    if (match === undefined) throw notFound()
    if ('allow' in match) throw notAllowed({ values: { allow: match.allow } })
    if (!match.message.allowedWhileSuspended && parts.directory.isSuspended(slot)) throw suspended()
    const call = exchange.call(slot, match)
    const { body: spec, noted } = match.message
    const keeper = noted?.hasBodies ? exchange : undefined
    const body = spec === undefined ? undefined : await readJsonBody(exchange.req, spec, keeper)
    exchange.body = body
    const reply = match.message.handle(call, body)
    exchange.finish(reply instanceof Promise ? await reply : reply)
  }
}

/** Bodies above this are not kept for the log, whatever they say: looking through them would take longer than answering. */
const KEPT_BODY_MAX_BYTES = 64 * 1024
const NOBODY = -1
const REFUSALS: readonly FailureKind[] = ['unauthenticated', 'forbidden', 'rate_limited']

/** One request and its answer. */
class Exchange implements BodyKeeper {
  readonly requestId: string
  /** By the calendar. */
  readonly startedAtMs = Date.now()
  /** By the clock that nobody sets. */
  readonly begunAtMs = uptimeMs()
  readonly path: string
  readonly #search: string
  name = 'unknown'
  /** Checked; undefined until it is. */
  body: unknown
  #slot = NOBODY
  #match: Match | undefined
  #keptBody: unknown
  #keptBytes = 0
  #isNoted = false

  constructor(
    readonly parts: TerminalHandlerParts,
    readonly outbox: Outbox,
    readonly req: IncomingMessage,
    readonly res: ServerResponse,
  ) {
    this.requestId = parts.nextRequestId()
    res.setHeader('X-Request-Id', this.requestId)
    const url = req.url ?? '/'
    const at = url.indexOf('?')
    this.path = at === -1 ? url : url.slice(0, at)
    this.#search = at === -1 ? '' : url.slice(at + 1)
  }

  /** The address that calls; behind a trusted proxy the last one it vouches for. */
  get source(): string {
    return sourceOf(this.req, this.parts.trustProxy)
  }

  /** From here on it is known who asks; and what, unless there is no such message. */
  isOf(slot: number, match: Match | undefined): void {
    this.#slot = slot
    this.#match = match
    if (match !== undefined) this.name = match.message.name
  }

  keepBody(value: unknown, sizeBytes: number): void {
    if (sizeBytes > KEPT_BODY_MAX_BYTES) return
    this.#keptBody = value
    this.#keptBytes = sizeBytes
  }

  call(slot: number, match: Match): TerminalCall {
    const { parts, requestId } = this
    const terminalId = parts.directory.terminalId(slot)
    const search = this.#search
    return {
      caller: { slot, terminalId },
      req: this.req,
      res: this.res,
      params: match.params,
      get query() {
        return new URLSearchParams(search)
      },
      requestId,
      receivedAtMs: this.startedAtMs,
      planMayHaveChanged: () => parts.planMayHaveChanged(slot),
      ctx: () => parts.makeCtx(terminalId, requestId, this.source),
    }
  }

  finish(reply: Reply): void {
    this.#count(reply.status)
    this.outbox.put(() => this.#send(reply))
  }

  #send(reply: Reply): void {
    const sent = sendReply(this.req, this.res, reply)
    const fail = (error: unknown) => this.fail(error)
    if ('bytes' in reply) {
      sent.then(() => this.#note(reply.status, { reply }), fail)
      return
    }
    sent.catch(fail)
    // Else it could not be sent, and the failure is what is noted.
    if (this.res.headersSent) this.#note(reply.status, { reply })
  }

  fail(error: unknown): void {
    const refusal = isFailure(error)
      ? error
      : (databaseFailure(error) ?? internal(undefined, { cause: error }))
    const status = HTTP_STATUS[refusal.kind]
    this.#count(status)
    if (this.#slot === NOBODY && REFUSALS.includes(refusal.kind))
      this.parts.strangerRefused({ requestId: this.requestId, address: this.source })
    if (status >= 500 && status !== 503) this.#logMistake(error)
    if (this.res.headersSent) {
      // Too late for a status: cutting the connection is the only honest way to say that the answer is not whole.
      this.res.destroy()
      this.#note(this.res.statusCode, {})
      return
    }
    const problem = problemOf(refusal)
    if (!this.res.destroyed) sendProblem(this.req, this.res, problem)
    this.#note(status, { problem })
  }

  /** The log is behind the answer: nothing that goes wrong here may reach the terminal. */
  #note(status: number, outcome: Outcome): void {
    if (this.#slot === NOBODY || this.#isNoted) return
    this.#isNoted = true
    try {
      this.#noteOnce(status, outcome)
    } catch (error) {
      this.parts.log.warn('request_not_noted', { requestId: this.requestId, error: error as Error })
    }
  }

  #noteOnce(status: number, { reply, problem }: Outcome): void {
    const { traffic, directory } = this.parts
    const { noted } = this.#match?.message ?? {}
    const isBrokenOff = this.res.destroyed && !this.res.writableFinished
    const ending: Ending = {
      slot: this.#slot,
      kind: this.name,
      status,
      code: problem?.code,
      alike: this.#alike(status, reply),
      atMs: this.startedAtMs,
      durationMs: Math.round(uptimeMs() - this.begunAtMs),
      nextSeconds: Number(reply?.headers?.['Psm-Next-Check-In'] ?? 0),
      requestBytes: Number(this.req.headers['content-length'] ?? this.#keptBytes),
    }
    if (!isBrokenOff && traffic.isCounted(ending)) return
    const answer = noted?.hasBodies ? answerOf({ reply, problem }) : undefined
    const answerBytes = this.req.method === 'HEAD' ? 0 : Number(this.res.getHeader('Content-Length') ?? 0)
    traffic.note({
      ...ending,
      terminalId: directory.terminalId(this.#slot),
      requestId: this.requestId,
      items: this.body === undefined ? undefined : noted?.items?.(this.body),
      about: this.#about(reply),
      answerBytes,
      address: this.source,
      isBrokenOff,
      request: this.#keptBody,
      answer,
      countedElsewhere: status < 400 ? this.#counted(noted) : undefined,
      heldBytes: this.#keptBytes + (answer === undefined ? 0 : answerBytes),
    })
  }

  #alike(status: number, reply: Reply | undefined): string | undefined {
    if (this.#match === undefined) return `${status} ${this.#about(reply)}`
    if (reply === undefined || this.body === undefined) return undefined
    return this.#match.message.noted?.alike?.(this.body, reply)
  }

  #counted(noted: Noting<unknown> | undefined): unknown {
    return this.body === undefined ? undefined : noted?.countsCardsIn?.(this.body)
  }

  #about(reply: Reply | undefined): string | undefined {
    if (this.#match === undefined) return readable(`${this.req.method} ${this.path}`)
    const { message, params } = this.#match
    const about = message.noted?.about?.(
      { req: this.req, params, query: new URLSearchParams(this.#search) },
      this.body,
      reply,
    )
    return about === undefined ? undefined : readable(about)
  }

  #logMistake(error: unknown): void {
    const cause = isFailure(error) ? (error.cause ?? error) : error
    this.parts.log.error('terminal_request_failed', {
      requestId: this.requestId,
      message: this.name,
      error: cause instanceof Error ? cause : new Error(String(cause)),
    })
  }

  #count(status: number): void {
    this.parts.answered(this.name, status, uptimeMs() - this.begunAtMs)
  }
}

const ENCODED = /(?:%[0-9a-f]{2})+/gi
const MOST_TIMES_ENCODED = 4

/** What came in an address, as people read it: what must not be kept is found in it, however often it was encoded. */
function readable(address: string): string {
  let text = address
  for (let time = 0; time < MOST_TIMES_ENCODED && text.includes('%'); time++)
    text = text.replace(ENCODED, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
  return text.replace(ENCODED, '\ufffd').replace(/\p{C}/gu, '\ufffd')
}

/** What a request ended with; neither where the answer broke off after its head. */
interface Outcome {
  reply?: Reply | undefined
  problem?: Problem | undefined
}

function answerOf({ reply, problem }: Outcome): unknown {
  if (problem !== undefined) return { code: problem.code, detail: problem.detail, ...problem.more }
  return reply !== undefined && 'json' in reply ? reply.json : undefined
}
