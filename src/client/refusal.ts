import { TRPCClientError } from '@trpc/client'

/** A refusal of a request for bytes, by RFC 9457. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** Stable; programs decide by it. */
  readonly code: string
  readonly status: number
  /** The whole answer, such as the `issues` of an input. */
  readonly problem: Readonly<Record<string, unknown>>

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    super(typeof problem.detail === 'string' ? problem.detail : `The server answered ${status}.`)
    this.status = status
    this.code = typeof problem.code === 'string' ? problem.code : `status_${status}`
    this.problem = problem
  }
}

/** The stable code of a refusal, such as `serial_taken`; undefined for anything else, such as a lost connection. */
export function failureCode(error: unknown): string | undefined {
  if (error instanceof Refusal) return error.code
  if (!(error instanceof TRPCClientError)) return undefined
  const { failure } = (error.data ?? {}) as { failure?: string }
  return failure
}
