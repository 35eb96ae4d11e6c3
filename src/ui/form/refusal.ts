import type { Values } from '../../i18n'
import type { Words } from './validation'

/** What a server refused, whichever of its faces was asked. */
export interface Refusal {
  /** The stable code; undefined where no server answered, or none of ours. */
  code: string | undefined
  /** True where the network did not let the question through. */
  isUnreachable: boolean
  issues: readonly { path: string; message: string }[]
  values: Values
  requestId: string | undefined
}

interface Wire {
  failure?: unknown
  code?: unknown
  issues?: unknown
  values?: unknown
  requestId?: unknown
}

/** Reads the error of a tRPC client (`data.failure`, `data.issues`) or an RFC 9457 problem (`code`, `issues`). */
export function refusalOf(error: unknown): Refusal {
  const thrown = (typeof error === 'object' && error !== null ? error : {}) as Wire & { data?: Wire }
  const { data } = thrown
  const wire = data ?? thrown
  const code = data === undefined ? wire.code : (data.failure ?? data.code)
  return {
    code: typeof code === 'string' ? code : undefined,
    isUnreachable: error instanceof TypeError || (error instanceof Error && error.cause instanceof TypeError),
    issues: Array.isArray(wire.issues) ? wire.issues : [],
    values: typeof wire.values === 'object' && wire.values !== null ? (wire.values as Values) : {},
    requestId: typeof wire.requestId === 'string' ? wire.requestId : undefined,
  }
}

/** The code's own text, else that the server could not be reached or that nothing better is known. */
export function describeRefusal({ code, isUnreachable, values }: Refusal, words: Words): string {
  if (code === undefined) return words.t(isUnreachable ? 'ui.error.offline' : 'ui.error.unknown')
  return words.lookup(`errors.${code}`, values) ?? words.t('ui.error.unknown')
}
