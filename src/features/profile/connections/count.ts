import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { PLATFORMS } from '../../../core/platforms'
import type { Chosen } from '../assignments/choose'
import { CONTRADICTING, type Named, NONE, named, OUT_OF_SERVICE, SHARED, UNKNOWN } from '../assignments/count'
import { chosenPlaces } from '../assignments/places'
import type { ConnectionReport } from '../schemas'

/** Above this many the servers are told that all terminals may have changed, instead of each one. */
export const TOLD_ONE_BY_ONE = 500
const SAMPLE = 10

export interface CountedConnections {
  terminals: number
  already: number
  sample: string[]
  unknown: Named
  contradicting: ConnectionReport['contradicting']
  outOfService: Named
  sharedTids: Named
  notAndroid: Named
  leaving: ConnectionReport['leaving']
  fingerprint: string
  /** Terminals whose set changes. */
  changing: string[]
}

/**
 * The chosen terminals, as common table expressions after those of `chosenPlaces`:
 *
 *   chosen    each once, with the set it has
 *   work      those whose set changes, in the columns of places
 */
export function connectionsOf(ctx: Ctx, setId: string | null, chosen: Chosen): SQL {
  return sql`${chosenPlaces(ctx, chosen, setId === null)},
    chosen as materialized (
      select p.terminal_id, p.serial, t.platform, c.set_id from (select distinct terminal_id, serial from places) p
      join terminals t on t.id = p.terminal_id left join app_connections c on c.terminal_id = p.terminal_id
      where t.state not in ('retired', 'revoked') or ${setId === null ? sql`true` : sql`false`}),
    work as materialized (
      select terminal_id, serial, null::text as acquirer, null::text as tid, set_id from chosen
      where set_id is distinct from ${setId}::uuid)`
}

/**
 * What a report says, of `connectionsOf`: one row with one column. The fingerprint stands for the terminals and the sets they
 * leave, and for what the set leads them to.
 */
export function countConnections(set: { id: string; revision: number } | null): SQL {
  const setId = set?.id ?? null
  const led = set === null ? '' : `${set.id} ${set.revision}`
  const android = sql.param(PLATFORMS.filter(({ apps }) => apps).map(({ id }) => id))
  const notAndroid = sql`select serial as name from chosen where platform <> all(${android}::text[])`
  return sql`
    select jsonb_build_object(
      'terminals', (select count(*) from chosen),
      'already', (select count(*) from chosen) - (select count(*) from work),
      'sample', (select coalesce(jsonb_agg(name order by name), '[]') from (
        select serial as name from work order by name limit ${SAMPLE}) s),
      'unknown', ${named(UNKNOWN)},
      'contradicting', ${CONTRADICTING},
      'outOfService', ${named(setId === null ? NONE : OUT_OF_SERVICE)},
      'sharedTids', ${named(SHARED)},
      'notAndroid', ${named(setId === null ? NONE : notAndroid)},
      'leaving', (select coalesce(jsonb_agg(l), '[]') from (
        select s.id, s.name, count(*) as terminals from work w join app_sets s on s.id = w.set_id
        group by s.id order by 3 desc, 2) l),
      'fingerprint', (select encode(sha256(convert_to(${led} || coalesce(string_agg(
        concat_ws('/', terminal_id, set_id), ',' order by terminal_id), ''), 'UTF8')), 'hex') from work),
      'changing', (select coalesce(jsonb_agg(terminal_id), '[]') from work)
    ) as counted`
}
