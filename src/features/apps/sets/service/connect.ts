import { eq, sql } from 'drizzle-orm'
import { callerName } from '../../../../core/context'
import { newIdInSql } from '../../../../core/sql-ids'
import type { MutationScope } from '../../../../core/verb'
import type { Database } from '../../../../db/client'
import { managedOf } from '../load'
import { appConnections, appSets } from '../tables'
import { lockSet } from './change'

/** A set held until the end, as terminals that are connected to it now are led. `app_set_not_found`. */
export async function holdSet(
  scope: MutationScope,
  setId: string,
): Promise<{ id: string; name: string; revision: number }> {
  const { id, name, releasedRevision } = await lockSet(scope, setId)
  return { id, name, revision: releasedRevision }
}

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

/** Adds what the revisions that they were brought to install to what is remembered of terminals. */
export async function rememberPresent(db: Database, terminalIds: readonly string[]): Promise<void> {
  if (terminalIds.length === 0) return
  await db.execute(sql`
    insert into app_managed (terminal_id, packages)
    select c.terminal_id, v.present from app_connections c
    join app_set_revisions v on v.set_id = c.set_id and v.revision = c.pinned_revision
    where c.terminal_id = any(${sql.param([...terminalIds])}::uuid[]) and cardinality(v.present) > 0
    order by c.terminal_id
    on conflict (terminal_id) do update set packages = array(
      select unnest(app_managed.packages) union select unnest(excluded.packages))`)
}

/** Adds what terminals are told to install to what is remembered of them: they may do it, whatever is heard of it. */
export async function rememberTold(
  db: Database,
  told: readonly { terminalId: string; packages: readonly string[] }[],
): Promise<void> {
  const rows = told.filter(({ packages }) => packages.length > 0)
  if (rows.length === 0) return
  await db.execute(sql`
    insert into app_managed (terminal_id, packages)
    select t."terminalId", array(select distinct jsonb_array_elements_text(t.packages))
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as t("terminalId" uuid, packages jsonb)
    order by t."terminalId"
    on conflict (terminal_id) do update set packages = array(
      select unnest(app_managed.packages) union select unnest(excluded.packages))`)
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

/** What a swap has moved of the sets of two terminals. */
export interface MovedSet {
  setId: string
  /** How the old one was led. */
  sinceRevision: number
  pinnedRevision: number | null
  /** What the new one had before. */
  replacedSetId: string | null
}

/**
 * Gives the set of a terminal to the one that takes its place, at the revision it has come to; that loses the one it had.
 * Null where the old one has none.
 */
export async function moveConnection(
  scope: MutationScope,
  fromId: string,
  toId: string,
): Promise<MovedSet | null> {
  const [from, to] = [await holdConnection(scope, fromId), await holdConnection(scope, toId)]
  if (from === undefined) return null
  const { setId, sinceRevision, pinnedRevision } = from
  await connectTerminals(scope, null, [fromId])
  await connectTerminals(scope, setId, [toId])
  await lead(scope, toId, { pinnedRevision })
  return { setId, sinceRevision, pinnedRevision, replacedSetId: to?.setId ?? null }
}

/**
 * Puts back what `moveConnection` has moved, but for a set that is deleted since. Where somebody has given the new terminal
 * another set meanwhile both stay as they are: that is a later word.
 */
export async function restoreConnection(
  scope: MutationScope,
  fromId: string,
  toId: string,
  { setId, sinceRevision, pinnedRevision, replacedSetId }: MovedSet,
): Promise<void> {
  if ((await holdConnection(scope, fromId))?.setId !== setId) return
  await connectWhereThere(scope, setId, toId)
  await lead(scope, toId, { sinceRevision, pinnedRevision })
  await connectWhereThere(scope, replacedSetId, fromId)
}

async function holdConnection({ db }: MutationScope, terminalId: string) {
  const [row] = await db
    .select()
    .from(appConnections)
    .where(eq(appConnections.terminalId, terminalId))
    .for('update')
  return row
}

async function lead(
  { db }: MutationScope,
  terminalId: string,
  change: { sinceRevision?: number; pinnedRevision: number | null },
): Promise<void> {
  await db.update(appConnections).set(change).where(eq(appConnections.terminalId, terminalId))
}

async function connectWhereThere(
  scope: MutationScope,
  setId: string | null,
  terminalId: string,
): Promise<void> {
  const isThere = setId !== null && (await scope.db.$count(appSets, eq(appSets.id, setId))) > 0
  await connectTerminals(scope, isThere ? setId : null, [terminalId])
}
