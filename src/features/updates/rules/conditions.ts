import type { Pace, Reason, StandingUpdate, TerminalFacts } from './facts'
import type { ReasonCode } from './lists'
import type { Conditions } from './schemas'
import { type WindowState, windowState } from './window'

/** When something may be done on a terminal: of a rule for updates, or of a set of applications. */
export interface Timing {
  conditions: Omit<Conditions, 'mayDowngrade'>
  startsAtMs: number | null
  endsAtMs: number | null
}

/** What of a terminal its conditions are held against. */
export type Vitals = Pick<
  TerminalFacts,
  'networkType' | 'batteryPercent' | 'isCharging' | 'freeBytes' | 'unsettled' | 'timeZone'
>

/** What the terminal is told to see to itself (contract, `when`). */
export interface When {
  notBefore?: string
  notAfter?: string
  onlyWhenSettled?: boolean
  minBatteryPercent?: number
}

/** What a terminal reports with every check-in, such as its battery, changes without anybody being told. */
export const VITALS_RECHECK_MS = 60_000

/** Undefined: at any time. */
export function windowOf(
  { conditions }: Timing,
  { timeZone }: Vitals,
  nowMs: number,
): WindowState | undefined {
  const { window } = conditions
  return window === undefined ? undefined : windowState(window, timeZone, nowMs)
}

/** The terminal knows its battery and its batch better than its last check-in did. */
export function whenOf({ conditions, startsAtMs, endsAtMs }: Timing, window: WindowState | undefined): When {
  const { onlyWhenSettled, minBatteryPercent } = conditions
  const notBefore = latest([window?.opensAtMs ?? null, startsAtMs])
  const notAfter = earliest([window?.closesAtMs ?? null, endsAtMs])
  return {
    ...(notBefore === null ? {} : { notBefore: iso(notBefore) }),
    ...(notAfter === null ? {} : { notAfter: iso(notAfter) }),
    ...(onlyWhenSettled === undefined ? {} : { onlyWhenSettled }),
    ...(minBatteryPercent === undefined ? {} : { minBatteryPercent }),
  }
}

/** What keeps a terminal waiting whether it knows of the matter or not: its beginning, its window, its network. */
export function timeReasons(
  { conditions, startsAtMs }: Timing,
  { networkType }: Vitals,
  window: WindowState | undefined,
  nowMs: number,
): Reason[] {
  const reasons: Reason[] = []
  if (startsAtMs !== null && startsAtMs > nowMs)
    reasons.push(reason('not_started', { startsAt: iso(startsAtMs) }))
  if (window !== undefined && conditions.window !== undefined && !window.isOpen) {
    const { from, to } = conditions.window
    reasons.push(reason('outside_window', { from, to, opensAt: iso(window.opensAtMs) }))
  }
  const network = networkType?.toLowerCase()
  const { networkTypes } = conditions
  if (networkTypes !== undefined && !networkTypes.some((one) => one === network))
    reasons.push(reason('wrong_network', { network: network ?? '', needs: networkTypes.join(', ') }))
  return reasons
}

/** What is looked at before a terminal is told of something; afterwards it judges that by itself. */
export function chargeReasons({ conditions }: Timing, vitals: Vitals): Reason[] {
  const { minBatteryPercent, onlyWhenSettled } = conditions
  const { batteryPercent, unsettled } = vitals
  const reasons: Reason[] = []
  const isLow =
    minBatteryPercent !== undefined && batteryPercent !== undefined && batteryPercent < minBatteryPercent
  if (isLow && !vitals.isCharging)
    reasons.push(reason('battery_low', { percent: batteryPercent, needs: minBatteryPercent }))
  if (onlyWhenSettled === true && unsettled !== undefined && unsettled > 0)
    reasons.push(reason('unsettled', { count: unsettled }))
  return reasons
}

/** @param own how far the terminal is with what the rollout brings; undefined: it does not know of it */
export function paceReasons(
  pace: Pace | undefined,
  own: StandingUpdate['state'] | undefined,
  nowMs: number,
): Reason[] {
  if (pace === undefined) return []
  const { name, state, wave, openWave, active, maxActive } = pace
  const isOffered = own !== undefined
  // What is not begun is taken back: whatever made it halt must not go on by the offers that are out.
  const isBegun = isOffered && own !== 'offered'
  if (!isOffered && state === 'paused') return [reason('rollout_paused', { rollout: name })]
  if (!isBegun && state === 'halted') return [reason('rollout_halted', { rollout: name })]
  if (!isBegun && state === 'outdated') return [reason('rollout_outdated', { rollout: name })]
  if (state !== 'finished' && state !== 'outdated' && wave > openWave) {
    const { succeededPercent: percent, neededPercent: needs } = pace
    return [reason('wave_not_open', { wave: wave + 1, open: openWave + 1, percent, needs })]
  }
  if (isOffered) return []
  if (pace.retryAtMs !== null && pace.retryAtMs > nowMs)
    return [reason('retry_later', { at: iso(pace.retryAtMs), retry: pace.retries, most: pace.maxRetries })]
  if (maxActive !== null && active >= maxActive)
    return [reason('too_many_active', { active, most: maxActive })]
  return []
}

const OF_VITALS: ReadonlySet<ReasonCode> = new Set([
  'battery_low',
  'unsettled',
  'too_many_active',
  'other_update',
])

/** When time alone may end one of these waits. */
export function recheckOf(
  waits: readonly Reason[],
  { pace, nowMs }: { pace: Pace | undefined; nowMs: number },
  window: WindowState | undefined,
): number | null {
  return earliest([
    waits.some(({ code }) => OF_VITALS.has(code)) ? nowMs + VITALS_RECHECK_MS : null,
    waits.some(({ code }) => code === 'outside_window') ? (window?.opensAtMs ?? null) : null,
    waits.some(({ code }) => code === 'retry_later') ? (pace?.retryAtMs ?? null) : null,
  ])
}

export function reason(code: ReasonCode, values: Reason['values'] = {}): Reason {
  return { code, values }
}

export const iso = (ms: number) => new Date(ms).toISOString()
export const earliest = (moments: readonly (number | null)[]) => pick(moments, Math.min)
const latest = (moments: readonly (number | null)[]) => pick(moments, Math.max)

function pick(moments: readonly (number | null)[], choose: (...of: number[]) => number): number | null {
  const known = moments.filter((one) => one !== null)
  return known.length === 0 ? null : choose(...known)
}
