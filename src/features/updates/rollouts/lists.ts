/**
 * `running`: the open wave goes on. `paused`: by an operator; nothing new is offered, what is under way goes on.
 * `halted`: by itself, a wave reached its error threshold or the rule is not what it was; as paused, until somebody
 * resumes or stops it. `finished`: every wave reached its success threshold. `stopped`: by an operator, for good; offers
 * not yet installed are withdrawn.
 */
export const ROLLOUT_STATES = ['running', 'paused', 'halted', 'finished', 'stopped'] as const
export type RolloutState = (typeof ROLLOUT_STATES)[number]

/**
 * `waiting`: its wave is not open, or it was not offered yet. `active`: it was offered. `succeeded`: it reports what the
 * rule asks for. `failed`: it failed, refused or fell silent, and no retry is left. `left`: it is not assigned any more,
 * or the rule is not for it as it is; it is not counted, and comes back when that changes.
 */
export const TARGET_STATES = ['waiting', 'active', 'succeeded', 'failed', 'left'] as const
export type TargetState = (typeof TARGET_STATES)[number]

/** Why a rollout halted. */
export const HALT_REASONS = [
  'error_threshold',
  'success_out_of_reach',
  'rule_changed',
  'rule_disabled',
  'rule_over',
  'set_changed',
] as const
export interface RolloutReason {
  code: (typeof HALT_REASONS)[number]
  /** Of a threshold: the wave from 0, how many failed or succeeded of how many, and the percentage that decides. */
  values: Readonly<Record<string, number>>
}

/** What a rollout brings: a rule for updates, or a set of applications. */
export const SUBJECT_KINDS = ['rule', 'set'] as const
export type SubjectKind = (typeof SUBJECT_KINDS)[number]

export const ROLLOUT_EVENTS = [
  'started',
  'wave_opened',
  'halted',
  'finished',
  'paused',
  'resumed',
  'stopped',
  'retried',
] as const
export type RolloutEvent = (typeof ROLLOUT_EVENTS)[number]

/** Of one wave: its targets by state. `failed` are those that count, `excused` those that were known at a resumption. */
export type WaveCounts = Readonly<Record<TargetState | 'excused', number>>
export const NO_TARGETS: WaveCounts = { waiting: 0, active: 0, succeeded: 0, failed: 0, excused: 0, left: 0 }

/** The terminal knows of the update and does not say how it goes. Other reasons are those of decisions and results. */
export const SILENT = 'silent'
