import { type SQL, sql } from 'drizzle-orm'
import type { MutationScope } from '../../../core/verb'

/** Beyond so many it is less work for servers to forget all plans than to hear of each. */
const MOST_TOLD = 5_000

/** Has the plans of some targets computed anew. @param which a condition on `rollout_targets` */
export async function tellTargets(scope: MutationScope, rolloutId: string, which: SQL): Promise<void> {
  const rows = await scope.db.execute<{ id: string }>(sql`
    select terminal_id as id from rollout_targets where rollout_id = ${rolloutId} and ${which} limit ${MOST_TOLD + 1}`)
  if (rows.length > MOST_TOLD) scope.changed({ topic: 'terminals' })
  else for (const { id } of rows) scope.changed({ topic: 'terminal', subjectId: id })
}
