import type { z } from 'zod'
import type { Failure } from '../../../core/errors'
import type { AuditEntry, MutationScope } from '../../../core/verb'
import type { Library, LibraryAnswer } from './library'
import type { SignedIn } from './sessions'

/** One message to the sign-in room, inside the transaction that its audit row ends. */
export interface Call {
  scope: MutationScope
  /** Where it comes from, for the audit. */
  address: string
  /** The operator between password and second factor: the challenge's name, from a cookie we signed. */
  challenge: string | undefined
  signedIn: SignedIn | undefined
  secret: string
  /** Calls the library with one of the caller's cookies, or with none. */
  auth(
    cookie: 'session' | 'secondFactor' | undefined,
    run: (api: Api, headers: Headers) => Promise<Response>,
  ): Promise<LibraryAnswer>
}

export type Api = Parameters<Parameters<Library['call']>[2]>[0]

/**
 * What a message leads to. A refusal is returned, not thrown: what it has counted and audited is to be committed.
 */
export type Outcome =
  | { status: 200 | 201 | 204; body?: Record<string, unknown>; cookies: string[] }
  | { refusal: Failure }

export interface Message<Input extends z.ZodType = z.ZodType> {
  /** Below /api/auth. */
  path: `/${string}`
  input: Input
  run(call: Call, input: z.output<Input>): Promise<Outcome>
}

/** Keeps the type of the input between schema and handler. */
export function message<Input extends z.ZodType>(
  path: Message['path'],
  input: Input,
  run: (call: Call, input: z.output<Input>) => Promise<Outcome>,
): Message {
  return { path, input, run: (call, value) => run(call, value as z.output<Input>) }
}

export interface Person {
  id: string
  username: string
}

export function subjectOf(person: Person): AuditEntry['subject'] {
  return { kind: 'operator', id: person.id, label: person.username }
}
