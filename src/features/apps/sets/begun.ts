import { type SQL, sql } from 'drizzle-orm'

/** What a terminal was told lately is enough: each revision tells it a few times at most. */
const MOST_TOLD = 50

/**
 * How far terminals have gone beyond the revision that they are led to, by what they were told since they have their set;
 * one row with two revisions, each null where there is none:
 *
 *   reached   they are at it, or have installed it: what a rollout has begun goes on, whatever becomes of that
 *   begun     an application of it is there, and the rest has failed or was withdrawn: what is there cannot be taken
 *             back on Android, and must not be removed; what was removed can be brought again, and says nothing
 *
 * The report says what is there; where none has come since the action ended, what the terminal said of single applications.
 * @param connection alias of `app_connections`
 * @param led the revision that they are led to anyhow; nothing is read where it is the newest one
 */
export const goneBeyond = (connection: SQL, led: SQL, newest: SQL): SQL => sql`
  select max(a.revision) filter (where a.state in ('downloading', 'downloaded', 'installed', 'confirmed')) as reached,
    max(a.revision) filter (where exists (
      select from jsonb_to_recordset(a.install) as i(package text, "versionCode" bigint)
      where exists (select from jsonb_to_recordset(r.status -> 'apps') as p(package text, "versionCode" bigint)
          where p.package = i.package and p."versionCode" = i."versionCode")
        or ((r.status -> 'apps') is null or r.received_at < a.state_at)
          and exists (select from jsonb_to_recordset(a.items) as e(package text, state text)
            where e.package = i.package and e.state = 'installed'))) as begun
  from (
    select (x.body ->> 'revision')::int as revision, x.body -> 'install' as install, x.items, x.state, x.state_at
    from terminal_actions x
    where ${newest} > ${led} and x.terminal_id = ${connection}.terminal_id and x.kind = 'apps'
      and x.offered_at >= ${connection}.connected_at and x.body ->> 'setId' = ${connection}.set_id::text
    order by x.offered_at desc limit ${MOST_TOLD}) a
  left join terminal_status r on r.terminal_id = ${connection}.terminal_id
  where a.revision > ${led}`
