import { eq, sql } from 'drizzle-orm'
import { callerName } from '../../../../core/context'
import { newIdInSql } from '../../../../core/sql-ids'
import type { MutationScope } from '../../../../core/verb'
import { managedOf } from '../load'
import { appSets } from '../tables'
import { lockSet } from './change'

/**
 * Connects terminals to a set, each leaving the one it had; or, with null, takes theirs from them. What their sets have
 * brought them is remembered: the next set takes it away where it does not name it. Whoever has the set already keeps it
 * as it is. The caller has seen to it that it may do so.
 * @returns the terminals whose set has changed
 */
export async function connectTerminals(
  scope: MutationScope,
  setId: string | null,
  terminalIds: readonly string[],
): Promise<string[]> {
  // Before the terminals: who deletes the set, or brings it further, waits for its row too.
  const set = setId === null ? null : await lockSet(scope, setId)
  const now = scope.clock.now()
  const at = now.toISOString()
  const by = callerName(scope.actor)
  const changing = await scope.db.execute<{ id: string }>(sql`
    select t.id from terminals t left join app_connections c on c.terminal_id = t.id
    where t.id = any(${sql.param([...terminalIds])}::uuid[]) and c.set_id is distinct from ${setId}::uuid
    order by t.id for update of t`)
  const ids = changing.map(({ id }) => id)
  if (ids.length === 0) return []
  await leave(scope, ids, now)
  if (set !== null) {
    await scope.db.execute(sql`
      insert into app_connections (terminal_id, set_id, since_revision, connected_by, connected_at)
      select i, ${set.id}, ${set.releasedRevision}, ${by}, ${at}::timestamptz from unnest(${sql.param(ids)}::uuid[]) i order by i`)
    // Ids are in the order of time: it comes after the set that was left in the same moment.
    await scope.db.execute(sql`
      insert into app_connection_history (id, terminal_id, set_id, set_name, what, by_name, at)
      select ${newIdInSql(new Date(now.getTime() + 1))}, i, ${set.id}, ${set.name}, 'connected', ${by}, ${at}::timestamptz
      from unnest(${sql.param(ids)}::uuid[]) i`)
  }
  return ids
}

/** Remembers what their sets have brought to terminals, and takes these from them. */
async function leave({ db, actor }: MutationScope, ids: readonly string[], now: Date): Promise<void> {
  const own = sql.param([...ids])
  await db.execute(sql`
    insert into app_managed (terminal_id, packages)
    select i, m.managed from unnest(${own}::uuid[]) i cross join lateral (${managedOf(sql`i`)}) m
    where cardinality(m.managed) > 0 order by i
    on conflict (terminal_id) do update set packages = excluded.packages`)
  await db.execute(sql`
    with gone as (delete from app_connections where terminal_id = any(${own}::uuid[]) returning terminal_id, set_id)
    insert into app_connection_history (id, terminal_id, set_id, set_name, what, by_name, at)
    select ${newIdInSql(now)}, g.terminal_id, g.set_id, s.name, 'disconnected', ${callerName(actor)},
      ${now.toISOString()}::timestamptz
    from gone g join app_sets s on s.id = g.set_id`)
}

/**
 * Gives the set of a terminal to the one that takes its place; that loses the one it had. Nothing where the old one has none.
 * @returns the set that the new one had and now has, to be put back
 */
export async function moveConnection(
  scope: MutationScope,
  fromId: string,
  toId: string,
): Promise<{ setId: string; replacedSetId: string | null } | null> {
  const rows = await scope.db.execute<{ terminalId: string; setId: string }>(sql`
    select terminal_id as "terminalId", set_id as "setId" from app_connections
    where terminal_id in (${fromId}, ${toId}) for update`)
  const setId = rows.find(({ terminalId }) => terminalId === fromId)?.setId
  if (setId === undefined) return null
  const replacedSetId = rows.find(({ terminalId }) => terminalId === toId)?.setId ?? null
  await connectTerminals(scope, null, [fromId])
  await connectTerminals(scope, setId, [toId])
  return { setId, replacedSetId }
}

/** Puts back what `moveConnection` has moved, but for a set that is deleted since. */
export async function restoreConnection(
  scope: MutationScope,
  fromId: string,
  toId: string,
  { setId, replacedSetId }: { setId: string; replacedSetId: string | null },
): Promise<void> {
  await connectWhereThere(scope, setId, toId)
  await connectWhereThere(scope, replacedSetId, fromId)
}

async function connectWhereThere(
  scope: MutationScope,
  setId: string | null,
  terminalId: string,
): Promise<void> {
  const isThere = setId !== null && (await scope.db.$count(appSets, eq(appSets.id, setId))) > 0
  await connectTerminals(scope, isThere ? setId : null, [terminalId])
}
