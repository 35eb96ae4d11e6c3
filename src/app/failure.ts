import type { I18n } from '../i18n'
import { describeRefusal, refusalOf } from '../ui/form/refusal'

/** A refusal as a person reads it; spread it into an ErrorNote. */
export interface ShownFailure {
  text: string
  /** The stable code, for whoever is asked for help; undefined where the server was not reached. */
  code: string | undefined
  requestId: string | undefined
}

/** Words for whatever a call threw. */
export function failureOf(error: unknown, words: I18n): ShownFailure {
  const refusal = refusalOf(error)
  return { text: describeRefusal(refusal, words), code: refusal.code, requestId: refusal.requestId }
}

/** True where the session has ended: the page goes to the sign-in. */
export function isSignedOut(error: unknown): boolean {
  return refusalOf(error).code === 'unauthenticated'
}

/** True where nothing but the own account is open until there is a second factor. */
export function owesSecondFactor(error: unknown): boolean {
  return refusalOf(error).code === 'second_factor_needed'
}
