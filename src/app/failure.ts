import type { I18n } from '../i18n'

/** A refusal as a person reads it. */
export interface ShownFailure {
  text: string
  /** The stable code, for whoever is asked for help; undefined where the server was not reached. */
  code?: string
  requestId?: string
}

interface Refusal {
  failure?: string
  requestId?: string
  values?: Record<string, unknown>
}

/**
 * Words for whatever a call threw: a refusal over tRPC (`data.failure`), a problem of the other doors (`code`, RFC 9457), or a lost
 * connection.
 */
export function failureOf(error: unknown, { lookup, t }: Pick<I18n, 'lookup' | 't'>): ShownFailure {
  const data = (error as { data?: Refusal } | null)?.data
  const code = data?.failure ?? (error as { code?: string } | null)?.code
  if (typeof code !== 'string')
    return { text: t(isUnreachable(error) ? 'ui.error.offline' : 'ui.error.unknown') }
  const text = lookup(`errors.${code}`, toText(data?.values)) ?? t('ui.error.unknown')
  return { text, code, ...(data?.requestId === undefined ? {} : { requestId: data.requestId }) }
}

/** True where the session has ended: the page goes to the sign-in. */
export function isSignedOut(error: unknown): boolean {
  const data = (error as { data?: { httpStatus?: number } } | null)?.data
  return data?.httpStatus === 401 || (error as { status?: number } | null)?.status === 401
}

function isUnreachable(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof TypeError || (cause as { name?: string } | null)?.name === 'TypeError'
}

function toText(values: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  )
}
