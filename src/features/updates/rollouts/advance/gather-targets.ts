import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../../core/context'

const BATCH = 5_000

/**
 * Brings the targets of a rollout in line with who its rule is assigned to, or its set connected to, in bounded statements: who is new joins the
 * last wave; who is not assigned any more leaves, unless it has succeeded; who is again comes back to its wave.
 */
export async function gatherTargets(ctx: Ctx, rolloutId: string, signal: AbortSignal): Promise<void> {
  const now = ctx.clock.now().toISOString()
  const isAssigned = sql`exists (select from rollout_audience a
    where a.subject_id = (select subject_id from rollouts where id = ${rolloutId}) and a.terminal_id = t.terminal_id)`
  // In the order in which planners lock terminals: two that wait for each other wait for ever.
  const join = sql`
    insert into rollout_targets (rollout_id, terminal_id, wave, state_at)
    select r.id, a.terminal_id, (select max(position) from rollout_waves where rollout_id = r.id), ${now}::timestamptz
    from rollouts r join rollout_audience a on a.subject_id = r.subject_id
    where r.id = ${rolloutId} and not exists (select from rollout_targets t
      where t.rollout_id = r.id and t.terminal_id = a.terminal_id)
    order by a.terminal_id limit ${BATCH}
    on conflict do nothing returning terminal_id`
  const move = (change: ReturnType<typeof sql>, which: ReturnType<typeof sql>) => sql`
    update rollout_targets set ${change}, state_at = ${now}, retry_at = null, is_excused = false, checked_at = null
    where rollout_id = ${rolloutId} and terminal_id in (
      select t.terminal_id from rollout_targets t where t.rollout_id = ${rolloutId} and ${which}
      limit ${BATCH} for update skip locked)
    returning terminal_id`
  const leave = move(
    sql`state = 'left', reason = 'not_assigned'`,
    sql`t.state in ('waiting', 'active', 'failed') and not ${isAssigned}`,
  )
  const comeBack = move(
    sql`state = 'waiting', reason = null`,
    sql`t.state = 'left' and t.reason = 'not_assigned' and ${isAssigned}`,
  )
  for (const statement of [join, leave, comeBack])
    for (let moved = BATCH; moved === BATCH && !signal.aborted; )
      moved = (await ctx.db.execute(statement)).length
}
