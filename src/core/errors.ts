/**
 * Everything that can be refused, as a closed set of kinds with stable codes. Verbs throw these; each transport has
 * one mapper that turns the kind into its own status. The kind says what happened to the caller, the code says why.
 */
export type FailureKind =
  | 'invalid_input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'timeout'
  | 'too_large'
  | 'unsupported_media'
  | 'range_not_satisfiable'
  | 'unprocessable'
  | 'rate_limited'
  | 'unavailable'
  | 'internal'

export interface FieldIssue {
  /** Dotted path of the field, empty for the whole input. */
  path: string
  message: string
}

export interface FailureDetails {
  issues?: FieldIssue[]
  /** When the caller may try again, in seconds. */
  retryAfterSeconds?: number
  /** Values the caller may see, named by the code's documentation. */
  values?: Record<string, string | number | boolean | null | string[] | number[]>
}

const BRAND = Symbol.for('psmanager.failure')

export class Failure extends Error {
  readonly [BRAND] = true
  override readonly name = 'Failure'
  constructor(
    readonly kind: FailureKind,
    readonly code: string,
    message: string,
    readonly details: FailureDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** True for a Failure of any copy of this module: the build bundles modules several times, so `instanceof` would lie. */
export function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && BRAND in error
}

/** A factory for one refusal: `const terminalNotFound = failure('not_found', 'terminal_not_found', '…')`. */
export function failure(kind: FailureKind, code: string, message: string) {
  return (details?: FailureDetails, options?: ErrorOptions) =>
    new Failure(kind, code, message, details, options)
}

/** HTTP status of each kind; every transport answers with the same one. */
export const HTTP_STATUS: Record<FailureKind, number> = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  too_large: 413,
  unsupported_media: 415,
  range_not_satisfiable: 416,
  unprocessable: 422,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
}

export const forbidden = failure('forbidden', 'forbidden', 'The caller may not do this.')
export const secondFactorNeeded = failure(
  'forbidden',
  'second_factor_needed',
  'The role of this account needs a second factor: set one up under “My account” first.',
)
export const reauthenticationNeeded = failure(
  'forbidden',
  'reauthentication_needed',
  'Prove again who you are, by password and second factor, and repeat the call.',
)
