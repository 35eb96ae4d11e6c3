import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'

/**
 * Marks targets as active in the transaction that offers them the update, so that a limit on simultaneous updates holds
 * from that moment. What is missed here (a rule renamed in between) the job sees within its beat.
 * @param offers as planners are told of them: `body.rule` is the rule's name, which is unique
 */
export async function noteOffered(
  { db, clock }: Pick<Ctx, 'db' | 'clock'>,
  offers: readonly { terminalId: string; body: Record<string, unknown> }[],
): Promise<void> {
  const rows = offers.map(({ terminalId, body }) => ({ terminal: terminalId, rule: body.rule }))
  await db.execute(sql`
    update rollout_targets t set state = 'active', state_at = ${clock.now().toISOString()}, reason = null, retry_at = null,
      is_excused = false
    from (
      select t.rollout_id, t.terminal_id
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as o(terminal uuid, rule text)
      join update_rules u on lower(u.name) = lower(o.rule)
      join rollouts r on r.rule_id = u.id and r.state in ('running', 'paused', 'halted')
      join rollout_targets t on t.rollout_id = r.id and t.terminal_id = o.terminal
      where t.state in ('waiting', 'failed', 'left')
      order by t.rollout_id, t.terminal_id for update of t
    ) as offered
    where t.rollout_id = offered.rollout_id and t.terminal_id = offered.terminal_id`)
}
