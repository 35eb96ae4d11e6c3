import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../../db/client'

/**
 * Keeps the terminals that a set's rollout has reached at the revision it has brought them to: those that have begun to
 * fetch or install it, or have it. Whatever becomes of the rollout, nothing is taken from them again.
 * @param among only these terminals; without: all targets
 */
export async function keepReached(
  { db }: { db: Database },
  rolloutId: string,
  among?: readonly string[],
): Promise<void> {
  const isAmong: SQL =
    among === undefined ? sql`true` : sql`t.terminal_id = any(${sql.param([...among])}::uuid[])`
  await db.execute(sql`
    update app_connections c set pinned_revision = r.subject_revision
    from rollouts r, (
      select x.terminal_id from rollout_targets t join app_connections x on x.terminal_id = t.terminal_id
      join rollouts o on o.id = t.rollout_id and o.set_id = x.set_id
      where t.rollout_id = ${rolloutId} and ${isAmong} and coalesce(x.pinned_revision, 0) < o.subject_revision
        and (t.state = 'succeeded' or exists (
          select from terminal_actions a where a.terminal_id = t.terminal_id and a.kind = 'apps'
            and a.state in ('downloading', 'downloaded', 'installed', 'confirmed')
            and a.body ->> 'setId' = o.set_id::text and (a.body ->> 'revision')::int = o.subject_revision))
      order by x.terminal_id for update of x) reached
    where r.id = ${rolloutId} and c.terminal_id = reached.terminal_id`)
}
