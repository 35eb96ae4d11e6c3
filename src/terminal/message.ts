import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import type { z } from 'zod'
import type { Ctx } from '../core/context'
import type { AnswerHeader, RequestHeader } from './message-headers'

/**
 * A terminal message: what it looks like on the wire, who may send it, and the verb that answers. Transports decide
 * nothing; the list of messages is in messages.ts, and the published OpenAPI document is made of it.
 */
export interface TerminalMessage<Body extends z.ZodType = z.ZodType> {
  /** Stable name, used in metrics and logs. */
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'HEAD'
  /** Below /terminal/v1; `:name` stands for one segment. */
  path: string
  summary: string
  /** States in which a terminal may send it. Others get 403 `terminal_suspended`. */
  allowedWhileSuspended: boolean
  body?: { schema: Body; maxBytes: number }
  /** Bytes that its handler reads itself, of these types. The size is that of the setting's default. */
  upload?: { contentTypes: readonly string[]; usualMaxMib: number }
  /** Documented answers besides the general ones: status → meaning and shape. */
  answers: Record<number, MessageAnswer>
  /** Documented headers of the request. */
  takes?: readonly RequestHeader[]
  /** Documented query parameters. */
  query?: Record<string, { description: string; schema: z.ZodType }>
  /** What the POS log may keep besides figures; of a message that says nothing here no word is kept. */
  noted?: Noting<z.output<Body>>
  handle(call: TerminalCall, body: z.output<Body>): Reply | Promise<Reply>
}

interface MessageAnswer {
  description: string
  schema?: z.ZodType
  contentType?: string
  headers?: readonly AnswerHeader[]
}

export interface Noting<Body> {
  /** Its JSON, both ways, may be kept once secrets and card numbers are cut. Never for slips, keys, logs and tokens. */
  hasBodies?: true
  /** What of a body its verb looks through for card numbers and counts them, where it succeeds: the log counts the rest alone. */
  countsCardsIn?(body: Body): unknown
  /** Successes with the same text say nothing new: where they follow one another they are one row. */
  alike?(body: Body, reply: Reply): string | undefined
  /** How many things the body hands over. */
  items?(body: Body): number
  /** In a few words of the protocol what it was about: a state, an id. `body` is undefined where there was no sound one. */
  about?(
    call: Pick<TerminalCall, 'params' | 'query' | 'req'>,
    body: Body | undefined,
    reply: Reply | undefined,
  ): string | undefined
}

/** Who is calling, as the door knows it. `slot` is its place in the directory of this process. */
export interface Caller {
  readonly slot: number
  readonly terminalId: string
}

export interface TerminalCall {
  readonly caller: Caller
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Segments of the path by name. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly requestId: string
  readonly receivedAtMs: number
  /** Says that what the terminal just reported may lead to another plan. */
  planMayHaveChanged(): void
  /** Made when asked for: the hottest message needs none. */
  ctx(): Promise<Ctx>
}

export type Reply =
  | { status: number; json?: unknown; headers?: Record<string, string> }
  | { status: number; bytes: ByteReply; headers?: Record<string, string> }

export interface ByteReply {
  sizeBytes: number
  contentType: string
  /** Opened only when a body is to be sent, and before the head goes out. A stream, or who sends by itself. */
  open(): Promise<Readable | ByteSender>
}

/** Writes all bytes of the body and ends nothing; rejects where the body cannot be whole. */
export type ByteSender = (to: Writable) => Promise<void>

/** Types a message's body for its handler without repeating it. */
export function message<Body extends z.ZodType>(definition: TerminalMessage<Body>): TerminalMessage {
  return definition as unknown as TerminalMessage
}
