import { sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../../core/context'
import type { MutationScope } from '../../../../core/verb'
import { outsideYourLimits, visibleTerminals } from '../../../terminals'

/** Above this many the servers are told that all terminals may have changed, instead of each one. */
const TOLD_ONE_BY_ONE = 500

/** Those of the sets that are connected to terminals which the caller does not see. */
export async function beyondLimits(
  ctx: Pick<Ctx, 'db' | 'actor'>,
  setIds: readonly string[],
): Promise<Set<string>> {
  if (setIds.length === 0 || visibilityOf(ctx.actor).kind === 'all') return new Set()
  const rows = await ctx.db.execute<{ setId: string }>(sql`
    select r.id as "setId" from unnest(${sql.param([...setIds])}::uuid[]) r(id) where exists (
      select from app_connections c where c.set_id = r.id and not exists (
        select from terminals where terminals.id = c.terminal_id and ${visibleTerminals(ctx)}))`)
  return new Set(rows.map(({ setId }) => setId))
}

/** A change of a set reaches all its terminals: not for callers who do not see each of them (`outside_your_limits`). */
export async function requireReach(scope: MutationScope, setId: string): Promise<void> {
  if ((await beyondLimits(scope, [setId])).has(setId)) throw outsideYourLimits()
}

/** Servers plan anew for the terminals of a set. */
export async function tellTerminals(scope: MutationScope, setId: string): Promise<void> {
  const rows = await scope.db.execute<{ terminalId: string }>(sql`
    select terminal_id as "terminalId" from app_connections where set_id = ${setId} limit ${TOLD_ONE_BY_ONE + 1}`)
  if (rows.length > TOLD_ONE_BY_ONE) scope.changed({ topic: 'terminals' })
  else for (const { terminalId } of rows) scope.changed({ topic: 'terminal', subjectId: terminalId })
}

/** The name of the rollout of this set that is under way. Rollouts stand on sets, so that their table is asked by its name. */
export async function rolloutUnderWay(scope: MutationScope, setId: string): Promise<string | undefined> {
  const [rollout] = await scope.db.execute<{ name: string }>(sql`
    select name from rollouts where set_id = ${setId} and state in ('running', 'paused', 'halted')`)
  return rollout?.name
}
