import { type Steering, steer } from '../decide'
import type { RolloutView } from '../schemas'
import { failedOf } from './numbers'

export type Command = Steering | 'retry'

/** What can be done to a rollout as it stands. */
export function offeredFor(rollout: RolloutView): Command[] {
  const steerings = (['resume', 'pause', 'stop'] as const).filter(
    (steering) => steer(rollout.state, steering) !== undefined,
  )
  const mayRetry = rollout.state !== 'stopped' && failedOf(rollout) > 0
  const [first, ...others] = steerings
  return [...(first ? [first] : []), ...(mayRetry ? (['retry'] as const) : []), ...others]
}
