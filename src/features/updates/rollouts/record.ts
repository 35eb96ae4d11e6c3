import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import type { RolloutEvent } from './lists'
import { rolloutEvents } from './tables'

/** One line of a rollout's own history; what the job did has no name. */
export async function writeEvent(
  { db, clock, actor }: Pick<Ctx, 'db' | 'clock' | 'actor'>,
  rolloutId: string,
  what: RolloutEvent,
  detail: Record<string, unknown> = {},
): Promise<void> {
  const at = clock.now()
  const byName = actor.kind === 'operator' || actor.kind === 'integrator' ? actor.name : null
  await db.insert(rolloutEvents).values({ id: newId(at.getTime()), rolloutId, what, detail, byName, at })
}
