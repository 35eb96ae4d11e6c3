import { backOffSeconds, GIVE_UP_AFTER_MS } from '../../core/back-off'
import type { SendError } from './lists'

/** What came back, or why nothing did. */
export interface Answer {
  /** Undefined where none came. */
  status: number | undefined
  error: SendError | undefined
  /** The beginning of the body, fit to be stored and shown. */
  answer: string
  durationMs: number
  /** What `Retry-After` asks for. */
  retryAfterSeconds: number | undefined
}

/** What is known of a message at the moment of its answer. */
export interface Standing {
  /** This one included, since it was written or replayed. */
  attempts: number
  firstAttemptAt: Date
  /** The endpoint's first bad answer since its last good one, this one left out. */
  failingSince: Date | null
  now: Date
  /** 0 to 1. */
  random: number
}

export type Verdict =
  | { outcome: 'delivered' }
  | { outcome: 'again'; at: Date }
  /** Given up; the endpoint goes on with the next. */
  | { outcome: 'failed' }
  /** The endpoint gets nothing more until an operator says so; the message waits with it. */
  | { outcome: 'disabled'; by: 'gone' | 'failing' }

const LONGEST_RETRY_AFTER_SECONDS = 12 * 3_600
const THROTTLED = [429, 502, 503, 504]
const GONE = 410

export const isGood = (status: number | undefined) => status !== undefined && status >= 200 && status < 300

/**
 * What an answer means. A message is tried for three days from its first attempt on, the last time at their very end.
 * One that failed for so long is given up and the next has its turn; where that one finds the endpoint failing for three
 * days already, the fault is not the message's and the endpoint is disabled.
 */
export function judge(
  { status, retryAfterSeconds }: Pick<Answer, 'status' | 'retryAfterSeconds'>,
  standing: Standing,
): Verdict {
  if (isGood(status)) return { outcome: 'delivered' }
  if (status === GONE) return { outcome: 'disabled', by: 'gone' }
  const { attempts, firstAttemptAt, failingSince, now, random } = standing
  const endMs = firstAttemptAt.getTime() + GIVE_UP_AFTER_MS
  if (now.getTime() >= endMs) return { outcome: 'failed' }
  if (failingSince !== null && now.getTime() - failingSince.getTime() >= GIVE_UP_AFTER_MS)
    return { outcome: 'disabled', by: 'failing' }
  const asked = status !== undefined && THROTTLED.includes(status) ? (retryAfterSeconds ?? 0) : 0
  const seconds = Math.max(backOffSeconds(attempts, random), Math.min(asked, LONGEST_RETRY_AFTER_SECONDS))
  return { outcome: 'again', at: new Date(Math.min(now.getTime() + seconds * 1000, endMs)) }
}

/** `Retry-After` (RFC 9110 § 10.2.3): seconds or a date. Undefined where it says neither. */
export function retryAfterOf(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header.trim())) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1000))
}
