/**
 * `running`: the open wave goes on. `paused`: by an operator; nothing new is offered, what is under way goes on.
 * `halted`: by itself, a wave reached its error threshold; as paused, until somebody resumes or stops it. `finished`:
 * every wave reached its success threshold. `stopped`: by an operator, for good; offers not yet installed are withdrawn.
 */
export const ROLLOUT_STATES = ['running', 'paused', 'halted', 'finished', 'stopped'] as const
export type RolloutState = (typeof ROLLOUT_STATES)[number]

/**
 * `waiting`: its wave is not open, or it was not offered yet. `active`: it was offered. `succeeded`: it reports what the
 * rule asks for. `failed`: it failed, refused or fell silent, and no retry is left. `left`: no longer assigned.
 */
export const TARGET_STATES = ['waiting', 'active', 'succeeded', 'failed', 'left'] as const
export type TargetState = (typeof TARGET_STATES)[number]
