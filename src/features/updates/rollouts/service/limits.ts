import { type Ctx, visibilityOf } from '../../../../core/context'
import { outsideYourLimits } from '../../../terminals'

/** A rollout goes to all terminals of its rule, now and later: not for callers whose own sight is limited. */
export function requireNoLimits(ctx: Pick<Ctx, 'actor'>): void {
  if (visibilityOf(ctx.actor).kind !== 'all') throw outsideYourLimits()
}
