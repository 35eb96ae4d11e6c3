import type { Outcome, StandingUpdate } from '../rules'
import { SILENT, type TargetState } from './lists'

/**
 * Where one target stands, by what its rule comes to for its terminal.
 *
 *   the decision says                      the target
 *   done                                   succeeded, for good
 *   failed before, refused before          failed; or waiting for the next try, while it has one
 *   blocked or excluded for other reasons  left, with the reason
 *   offered, underway: it knows of it      active; failed as silent where it says nothing for too long
 *   anything else                          waiting, with the reason
 *
 * A failure is counted once: one that is older than the wait that a start, a retry or a resumption began is a former
 * one, and gets a new try. A try by itself comes after a wait that doubles each time. A silent terminal keeps its offer,
 * and counts again as soon as it is heard of.
 */
export interface TargetFacts {
  state: TargetState
  reason: string | null
  retries: number
  retryAtMs: number | null
  isExcused: boolean
  stateAtMs: number
}

/** What a rule or a set comes to for a terminal, as far as it matters here. */
export interface JudgedDecision {
  outcome: Outcome
  reasons: readonly { code: string; values: Readonly<Record<string, string | number>> }[]
  stage: { subjectId: string } | null
}

/** An action that stands, be it an update or applications. */
export type StandingOffer = Pick<
  StandingUpdate,
  'actionId' | 'subjectId' | 'state' | 'reason' | 'stateAtMs' | 'heardAtMs'
>

export interface Tries {
  silentMinutes: number
  maxRetries: number
  retryMinutes: number
}

export interface JudgedTarget extends Omit<TargetFacts, 'stateAtMs'> {
  /** The failed action that stands in nothing's way any more. */
  retriedActionId: string | null
}

const MINUTE_MS = 60_000
const LONGEST_RETRY_MINUTES = 7 * 24 * 60

export function judgeTarget(
  target: TargetFacts,
  decision: JudgedDecision,
  standing: readonly StandingOffer[],
  tries: Tries,
  nowMs: number,
): JudgedTarget {
  const { outcome, stage, reasons } = decision
  if (outcome === 'done') return to(target, 'succeeded', null)
  const failure = failureOf(decision, standing)
  if (failure !== undefined) return judgeFailure(target, failure, tries, nowMs)
  const code = reasons[0]?.code ?? null
  if (outcome === 'excluded' || outcome === 'blocked') return to(target, 'left', code)
  const own = standing.find(({ subjectId }) => subjectId === stage?.subjectId)
  if (own !== undefined) return judgeOffered(target, own, tries, nowMs)
  // While it waits for its next try, what it failed at says more.
  const reason = code === 'retry_later' ? target.reason : code === 'will_be_offered' ? null : code
  return { ...to(target, 'waiting', reason), retryAtMs: target.retryAtMs }
}

/** The decision names a failure by its moment; the action is among those that stand. */
function failureOf(
  { reasons }: JudgedDecision,
  standing: readonly StandingOffer[],
): StandingOffer | undefined {
  const [first] = reasons
  if (first?.code !== 'failed_before' && first?.code !== 'rejected_before') return undefined
  return standing.find(
    ({ state, stateAtMs }) =>
      (state === 'failed' || state === 'rejected') && new Date(stateAtMs).toISOString() === first.values.at,
  )
}

function judgeFailure(
  target: TargetFacts,
  { actionId, reason, stateAtMs }: StandingOffer,
  { maxRetries, retryMinutes }: Tries,
  nowMs: number,
): JudgedTarget {
  if (target.state === 'waiting' && stateAtMs <= target.stateAtMs)
    return { ...to(target, 'waiting', target.reason), retryAtMs: target.retryAtMs, retriedActionId: actionId }
  if (target.retries >= maxRetries) return to(target, 'failed', reason ?? 'other')
  const minutes = Math.min(retryMinutes * 2 ** target.retries, LONGEST_RETRY_MINUTES)
  return {
    ...to(target, 'waiting', reason ?? 'other'),
    retries: target.retries + 1,
    retryAtMs: nowMs + minutes * MINUTE_MS,
    retriedActionId: actionId,
  }
}

function judgeOffered(
  target: TargetFacts,
  own: StandingOffer,
  { silentMinutes }: Tries,
  nowMs: number,
): JudgedTarget {
  const isOnItsWay = own.state === 'offered' || own.state === 'downloading'
  const wasSilent = target.state === 'failed' && target.reason === SILENT
  if (isOnItsWay && wasSilent && own.heardAtMs <= target.stateAtMs) return to(target, 'failed', SILENT)
  const sinceMs = target.state === 'active' ? Math.max(own.heardAtMs, target.stateAtMs) : nowMs
  const isSilent = isOnItsWay && nowMs - sinceMs >= silentMinutes * MINUTE_MS
  return isSilent ? to(target, 'failed', SILENT) : to(target, 'active', null)
}

function to(
  { retries, isExcused, state: was }: TargetFacts,
  state: TargetState,
  reason: string | null,
): JudgedTarget {
  const staysExcused = isExcused && was === 'failed' && state === 'failed'
  return { state, reason, retries, retryAtMs: null, isExcused: staysExcused, retriedActionId: null }
}
