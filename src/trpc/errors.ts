import { TRPCError } from '@trpc/server'
import type { DefaultErrorShape } from '@trpc/server/unstable-core-do-not-import'
import { z } from 'zod'
import { databaseFailure } from '../core/database-failure'
import { Failure, type FailureKind, isFailure } from '../core/errors'
import { invalidInput } from '../core/verb'

const CODES: Record<FailureKind, TRPCError['code']> = {
  invalid_input: 'BAD_REQUEST',
  unauthenticated: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  method_not_allowed: 'METHOD_NOT_SUPPORTED',
  timeout: 'TIMEOUT',
  conflict: 'CONFLICT',
  too_large: 'PAYLOAD_TOO_LARGE',
  unsupported_media: 'UNSUPPORTED_MEDIA_TYPE',
  range_not_satisfiable: 'BAD_REQUEST',
  unprocessable: 'UNPROCESSABLE_CONTENT',
  rate_limited: 'TOO_MANY_REQUESTS',
  unavailable: 'SERVICE_UNAVAILABLE',
  internal: 'INTERNAL_SERVER_ERROR',
}

/** Verbs know nothing of tRPC: their failures get its codes here. */
export function toTrpcError(error: unknown): TRPCError {
  const failure = findFailure(error)
  if (failure !== undefined)
    return new TRPCError({ code: CODES[failure.kind], message: failure.message, cause: failure })
  return error instanceof TRPCError ? error : new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error })
}

const INTERNAL = 'The server made a mistake.'
const OWN_WORDS: Partial<Record<string, { kind: FailureKind; code: string }>> = {
  UNAUTHORIZED: { kind: 'unauthenticated', code: 'unauthenticated' },
  FORBIDDEN: { kind: 'forbidden', code: 'forbidden' },
  NOT_FOUND: { kind: 'not_found', code: 'unknown_procedure' },
  BAD_REQUEST: { kind: 'invalid_input', code: 'invalid_input' },
  PARSE_ERROR: { kind: 'invalid_input', code: 'malformed_json' },
  METHOD_NOT_SUPPORTED: { kind: 'method_not_allowed', code: 'method_not_allowed' },
  PAYLOAD_TOO_LARGE: { kind: 'too_large', code: 'body_too_large' },
  UNSUPPORTED_MEDIA_TYPE: { kind: 'unsupported_media', code: 'unsupported_media_type' },
}

/** What any error is to the outside: the verb's failure, the shape of the input, or a mistake of which nothing is told. */
export function failureOf(error: unknown): Failure {
  const failure = findFailure(error)
  if (failure !== undefined && failure.kind !== 'internal') return failure
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof z.ZodError) return invalidInput(at)
  }
  if (error instanceof SyntaxError)
    return new Failure('invalid_input', 'malformed_json', 'The body is not JSON.')
  const ofDatabase = databaseFailure(error)
  if (ofDatabase !== undefined) return ofDatabase
  const own = OWN_WORDS[(error as { code?: string }).code ?? '']
  if (own !== undefined) return new Failure(own.kind, own.code, (error as Error).message)
  return new Failure('internal', 'internal', INTERNAL, {}, { cause: error })
}

/** True where the caller is not known, or told to wait for having been refused too often. */
export function isOfStranger({ kind, code }: Failure): boolean {
  return kind === 'unauthenticated' || code === 'too_many_refusals'
}

function findFailure(error: unknown): Failure | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (isFailure(at)) return at
  return undefined
}

/** The shape tRPC clients get: our stable code and the fields that are wrong, never a stack. */
export function shapeError(
  shape: DefaultErrorShape,
  error: TRPCError,
  ctx: { requestId: string } | undefined,
) {
  const failure = failureOf(error)
  return {
    ...shape,
    message: failure.message,
    data: {
      code: shape.data.code,
      httpStatus: shape.data.httpStatus,
      failure: failure.code,
      issues: failure.details.issues,
      values: failure.details.values,
      retryAfterSeconds: failure.details.retryAfterSeconds,
      requestId: ctx?.requestId,
    },
  }
}
