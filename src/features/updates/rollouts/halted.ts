import { asc, eq, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import type { RolloutReason } from './lists'
import { isVisible } from './queries'
import { rollouts } from './tables'

const MOST = 1_000

/** Rollouts that wait for somebody to resume or stop them, the oldest first. */
export async function haltedRollouts(
  ctx: Pick<Ctx, 'db'>,
): Promise<{ id: string; name: string; reason: RolloutReason | null; haltedAt: Date }[]> {
  return ctx.db
    .select({
      id: rollouts.id,
      name: rollouts.name,
      reason: rollouts.reason,
      haltedAt: rollouts.stateAt,
    })
    .from(rollouts)
    .where(eq(rollouts.state, 'halted'))
    .orderBy(asc(rollouts.id))
    .limit(MOST)
}

/** True where the caller sees the rollout of this id. */
export function seesRolloutOf(ctx: Pick<Ctx, 'actor'>, rolloutId: SQL): SQL {
  return sql`exists (select from ${rollouts} where ${rollouts.id} = ${rolloutId} and ${isVisible(ctx) ?? sql`true`})`
}
