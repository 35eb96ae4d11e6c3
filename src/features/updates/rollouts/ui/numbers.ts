import { counted } from '../decide'
import { NO_TARGETS, type RolloutState, type WaveCounts } from '../lists'
import type { RolloutView } from '../schemas'

export type Counted = keyof WaveCounts

/** In the order in which they are shown: from what is done to what does not count. */
export const COUNTED = [
  'succeeded',
  'active',
  'waiting',
  'failed',
  'excused',
  'left',
] as const satisfies readonly Counted[]

/** The counts of all waves together. */
export function totalOf(waves: readonly { counts: WaveCounts }[]): WaveCounts {
  const sum = { ...NO_TARGETS }
  for (const { counts } of waves) for (const name of COUNTED) sum[name] += counts[name]
  return sum
}

/** All terminals of a rollout but those that left it. */
export const takingPart = (counts: WaveCounts): number => counted(counts) + counts.excused

/** Failures that may be tried again: excused ones are among them. */
export const failedOf = ({ waves }: Pick<RolloutView, 'waves'>): number => {
  const { failed, excused } = totalOf(waves)
  return failed + excused
}

export type WaveStage = 'later' | 'open' | 'stuck' | 'done' | 'never'

/** Where a wave stands: an open one is at a standstill unless the rollout runs, and what never opened never will. */
export function stageOf(
  { openedAt, finishedAt }: Pick<RolloutView['waves'][number], 'openedAt' | 'finishedAt'>,
  state: RolloutState,
): WaveStage {
  if (finishedAt !== null) return 'done'
  if (openedAt === null) return state === 'stopped' ? 'never' : 'later'
  return state === 'running' ? 'open' : 'stuck'
}

/**
 * How much of a wave's bar each kind takes, of 100. Succeeded and failed are the shares that decide; what is left is parted
 * by the counts, which a limited caller has of its own terminals only.
 */
export function barOf({
  counts,
  succeededPercent,
  failedPercent,
}: Pick<RolloutView['waves'][number], 'counts' | 'succeededPercent' | 'failedPercent'>) {
  const rest = Math.max(0, 100 - succeededPercent - failedPercent)
  const { active, waiting } = counts
  const activeShare = active === 0 ? 0 : (rest * active) / (active + waiting)
  return { succeeded: succeededPercent, active: activeShare, failed: failedPercent }
}
