import type { FailureKind } from '../core/errors'
import codes from './operation-codes.json'

export interface OperationFailure {
  kind: FailureKind
  code: string
  /** What it means to a program. */
  words: string
}

/**
 * What an operation, `METHOD path`, can end in beside what any can: read from the sources by `npm run openapi`
 * (scripts/lib/operation-codes.mjs). Operations of bytes tell of themselves and are not in it.
 */
export function failuresOf(operation: string): OperationFailure[] {
  const known = codes as unknown as Record<string, [FailureKind, string, string][]>
  return (known[operation] ?? []).map(([kind, code, words]) => ({ kind, code, words }))
}
