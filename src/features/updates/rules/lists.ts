export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** As terminals report `network.type`. */
export const NETWORK_TYPES = ['ethernet', 'wifi', 'lte', '3g', 'gprs'] as const

/**
 * What a rule comes to for one terminal.
 * `done`: it has all that the rule asks for. `offered`: it is told, or will be at its next check-in. `underway`: it is
 * at it, or has installed and must still prove it. `waits`: time or the terminal's own condition will change that.
 * `blocked`: somebody must do something. `excluded`: the rule is not for it.
 */
export const OUTCOMES = ['done', 'offered', 'underway', 'waits', 'blocked', 'excluded'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Why; each has its words in the dictionaries, with these values. */
export const REASONS = {
  // excluded
  not_assigned: [],
  rule_disabled: [],
  rule_over: ['endsAt'],
  wrong_platform: ['platform', 'needs'],
  wrong_model: ['model', 'needs'],
  terminal_not_active: ['state'],
  downgrade: ['component', 'version', 'target'],
  // blocked
  no_status: [],
  package_for_other_model: ['component', 'version', 'model', 'needs'],
  from_version_too_low: ['component', 'version', 'needs'],
  from_version_too_high: ['component', 'version', 'needs'],
  base_missing: ['component', 'version', 'needs'],
  no_space: ['freeBytes', 'needsBytes'],
  failed_before: ['reason', 'at'],
  rejected_before: ['reason', 'at'],
  rollout_stopped: ['rollout'],
  higher_priority: ['rule', 'component'],
  // waits
  not_started: ['startsAt'],
  outside_window: ['from', 'to', 'opensAt'],
  wrong_network: ['network', 'needs'],
  battery_low: ['percent', 'needs'],
  unsettled: ['count'],
  other_update: ['component'],
  rollout_paused: ['rollout'],
  rollout_halted: ['rollout'],
  rollout_outdated: ['rollout'],
  wave_not_open: ['wave', 'open', 'percent', 'needs'],
  too_many_active: ['active', 'most'],
  retry_later: ['at', 'retry', 'most'],
  // underway, offered, done
  downloading: ['percent'],
  waits_for_terminal: ['offeredAt'],
  waits_for_proof: ['until'],
  will_be_offered: [],
  up_to_date: [],
} as const satisfies Record<string, readonly string[]>
export type ReasonCode = keyof typeof REASONS

/** Values that count all terminals of a rollout: callers with limits are not told them. */
export const COUNTS_ALL: Partial<Record<string, string>> = {
  wave_not_open: 'percent',
  too_many_active: 'active',
} satisfies Partial<Record<ReasonCode, string>>

/**
 * What is allowed in a rule, and seldom meant. `models_without_package`: it concerns models for which a component has no
 * package. `only_incremental`: a component has packages for certain versions only, and none for all. `rollout_outdated`: its
 * rollout has finished and it was changed since, so that it reaches nobody new until another one.
 */
export const RULE_WARNINGS = ['models_without_package', 'only_incremental', 'rollout_outdated'] as const
export type RuleWarningCode = (typeof RULE_WARNINGS)[number]

/**
 * Why no terminal could take a step where it stands. `again`: the same package once more. `below_earlier`: below an
 * earlier version of the component, though the rule may not downgrade. `back_and_forth`: the component is led up and down.
 * `no_version_between`: its bounds leave none. `above_its_target`: it may be taken only from where it leads, or above.
 */
export const STEP_FAULTS = [
  'again',
  'below_earlier',
  'back_and_forth',
  'no_version_between',
  'above_its_target',
] as const
export type StepFaultCode = (typeof STEP_FAULTS)[number]

/** Values by which terminals of one reason are told apart where they are counted; numbers of each terminal's own are not. */
export const GROUPED_BY: Partial<Record<ReasonCode, readonly string[]>> = {
  rule_over: ['endsAt'],
  wrong_platform: ['platform'],
  wrong_model: ['model'],
  terminal_not_active: ['state'],
  downgrade: ['component', 'version'],
  package_for_other_model: ['component', 'model'],
  from_version_too_low: ['component', 'version'],
  from_version_too_high: ['component', 'version'],
  base_missing: ['component', 'version'],
  no_space: ['needsBytes'],
  failed_before: ['reason'],
  rejected_before: ['reason'],
  higher_priority: ['rule', 'component'],
  not_started: ['startsAt'],
  outside_window: ['opensAt'],
  wrong_network: ['network'],
  other_update: ['component'],
}
