import type { Scope } from '../../core/permissions'

export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number]

/**
 * `raised`: nobody has said that they look after it. `acknowledged`: somebody has. `cleared`: the cause is gone. Nobody
 * clears an alert by hand.
 */
export const ALERT_STATES = ['raised', 'acknowledged', 'cleared'] as const
export type AlertState = (typeof ALERT_STATES)[number]

/** `grew`: about twice as many terminals as people were last told of. */
export const ALERT_EVENTS = ['raised', 'reopened', 'grew', 'acknowledged', 'cleared'] as const
export type AlertEvent = (typeof ALERT_EVENTS)[number]

export const ALERT_SUBJECTS = [
  'terminal',
  'terminals',
  'rollout',
  'job',
  'webhook',
  'api-key',
  'mail',
] as const
export type AlertSubject = (typeof ALERT_SUBJECTS)[number]

export const ALERT_KINDS = [
  'terminal-lost',
  'battery-low',
  'storage-low',
  'rollout-halted',
  'licence-expiring',
  'licence-expired',
  'card-data-found',
  'key-mismatch',
  'key-failure',
  'job-failing',
  'webhook-off',
  'api-key-expiring',
  'mail-failing',
] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** What a threshold counts. */
export type ThresholdUnit = 'percent' | 'mebibytes' | 'days' | 'runs'

/** Beyond it something is wrong, and where it is well again: `below` wants more to clear, `above` wants less. */
export interface ThresholdFacts {
  unit: ThresholdUnit
  min: number
  max: number
  /** True where there is a second value at which the alert clears; it is above the first. */
  hasClear: boolean
}

export interface KindFacts {
  /** Whose alerts these are: of terminals they are grouped, and seen within the caller's limits. */
  about: 'terminals' | 'rollouts' | 'server'
  /** Who may see what it is about; without it the alert is not seen either. */
  needs: Scope
  threshold: ThresholdFacts | null
  severity: AlertSeverity
  defaults: {
    threshold: number | null
    clearThreshold: number | null
    raiseAfterMinutes: number
    clearAfterMinutes: number
    quietMinutes: number
  }
}

const QUIET_MINUTES = 60

const lasting = (raiseAfterMinutes: number, clearAfterMinutes: number) => ({
  threshold: null,
  clearThreshold: null,
  raiseAfterMinutes,
  clearAfterMinutes,
  quietMinutes: QUIET_MINUTES,
})
const level = (threshold: number, clearThreshold: number | null) => ({
  ...lasting(0, 0),
  threshold,
  clearThreshold,
})

/** Every kind of alert, with what it does until an administrator says otherwise. */
export const KIND_FACTS: Readonly<Record<AlertKind, KindFacts>> = {
  'terminal-lost': {
    about: 'terminals',
    needs: 'status:read',
    threshold: null,
    severity: 'warning',
    defaults: lasting(5, 10),
  },
  'battery-low': {
    about: 'terminals',
    needs: 'status:read',
    threshold: { unit: 'percent', min: 1, max: 90, hasClear: true },
    severity: 'warning',
    defaults: level(15, 25),
  },
  'storage-low': {
    about: 'terminals',
    needs: 'status:read',
    threshold: { unit: 'mebibytes', min: 1, max: 1_048_576, hasClear: true },
    severity: 'warning',
    defaults: level(50, 100),
  },
  'rollout-halted': {
    about: 'rollouts',
    needs: 'updates:read',
    threshold: null,
    severity: 'critical',
    // Somebody let it go on, and it halted again: that is another alert, however soon.
    defaults: { ...lasting(0, 0), quietMinutes: 0 },
  },
  'licence-expiring': {
    about: 'terminals',
    needs: 'licenses:read',
    threshold: { unit: 'days', min: 1, max: 365, hasClear: false },
    severity: 'info',
    defaults: level(14, null),
  },
  'licence-expired': {
    about: 'terminals',
    needs: 'licenses:read',
    threshold: null,
    severity: 'critical',
    defaults: lasting(0, 0),
  },
  'card-data-found': {
    about: 'terminals',
    needs: 'status:read',
    // Found within so many days: without a new finding for as long, it clears.
    threshold: { unit: 'days', min: 1, max: 365, hasClear: false },
    severity: 'critical',
    defaults: level(7, null),
  },
  'key-mismatch': {
    about: 'terminals',
    needs: 'keys:read',
    threshold: null,
    severity: 'critical',
    defaults: lasting(0, 0),
  },
  'key-failure': {
    about: 'terminals',
    needs: 'keys:read',
    threshold: null,
    severity: 'warning',
    defaults: lasting(0, 0),
  },
  'job-failing': {
    about: 'server',
    needs: 'jobs:read',
    threshold: { unit: 'runs', min: 1, max: 20, hasClear: false },
    severity: 'critical',
    defaults: level(3, null),
  },
  'webhook-off': {
    about: 'server',
    needs: 'webhooks:read',
    threshold: null,
    severity: 'warning',
    defaults: lasting(0, 0),
  },
  'api-key-expiring': {
    about: 'server',
    needs: 'api-keys:read',
    threshold: { unit: 'days', min: 1, max: 365, hasClear: false },
    severity: 'warning',
    defaults: level(14, null),
  },
  'mail-failing': {
    about: 'server',
    needs: 'system:read',
    threshold: null,
    severity: 'warning',
    defaults: lasting(10, 0),
  },
}

/** The job that looks, whose lease its writes need. */
export const WATCH_JOB = 'watch-alerts'
export const GROUPED_FROM = 20
/** Alerts that one call acknowledges at most. */
export const MOST_AT_ONCE = 200
/** Days a cleared alert is kept. */
export const CLEARED_KEPT_DAYS = 90
