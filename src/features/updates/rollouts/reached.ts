import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../../db/client'
import { rememberPresent } from '../../apps/sets'

/**
 * Keeps the terminals that a set's rollout has reached at the revision it has brought them to: those that have it, or say
 * so. Whatever becomes of the rollout, nothing is taken from them again. What others have begun is seen where terminals
 * are led (`goneBeyond`): it may still fail, and who has nothing of it stays at what is released.
 * @param among only these terminals; without: all targets
 */
export async function keepReached(
  { db }: { db: Database },
  rolloutId: string,
  among?: readonly string[],
): Promise<void> {
  // Terminals that are named are looked up one by one: by a list the database would read all there are.
  const targets: SQL =
    among === undefined
      ? sql`select * from rollout_targets where rollout_id = ${rolloutId}`
      : sql`select t.* from unnest(${sql.param([...among])}::uuid[]) w(id) cross join lateral (
          select * from rollout_targets x where x.rollout_id = ${rolloutId} and x.terminal_id = w.id limit 1) t`
  // Of a set that was changed nobody has succeeded anew: what they are judged by is another revision.
  const rows = await db.execute<{ id: string }>(sql`
    update app_connections c set pinned_revision = reached.revision
    from (
      select x.terminal_id, o.subject_revision as revision from (${targets}) t
      join rollouts o on o.id = t.rollout_id
      join app_sets s on s.id = o.set_id
      cross join lateral (select * from app_connections y where y.terminal_id = t.terminal_id limit 1) x
      where x.set_id = o.set_id and coalesce(x.pinned_revision, 0) < o.subject_revision
        and ((t.state = 'succeeded' and s.revision = o.subject_revision) or exists (
          select from terminal_actions a where a.terminal_id = t.terminal_id and a.kind = 'apps'
            and a.state in ('installed', 'confirmed') and a.offered_at >= o.created_at
            and a.body ->> 'setId' = o.set_id::text and (a.body ->> 'revision')::int = o.subject_revision))) reached
    where c.terminal_id = reached.terminal_id
    returning c.terminal_id as id`)
  await rememberPresent(
    db,
    rows.map(({ id }) => id),
  )
}
