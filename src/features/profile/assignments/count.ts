import { type SQL, sql } from 'drizzle-orm'
import { NAMED_MAX } from '../lists'
import type { AssignmentReport } from '../schemas'
import type { What } from './places'

/** Names that stand for many. */
export const SAMPLE = 10
const MISFITS_MOST = 1_000

/** Above this many the servers are told that all terminals may have changed, instead of each one. */
export const TOLD_ONE_BY_ONE = 500

export interface Named {
  count: number
  first: string[]
}

export interface Counted {
  terminals: number
  tids: number
  withoutTid: number
  already: number
  changes: number
  changedTerminals: number
  sample: string[]
  unknown: Named
  contradicting: AssignmentReport['contradicting']
  outOfService: Named
  sharedTids: Named
  stillAssigned: number
  models: { platform: string; model: string; reported: string | null; count: number; first: string[] }[]
  fingerprint: string
  /** Whose assignment changes; one more than are told one by one at most. */
  told: string[]
}

/** What a report says, of `placesOf`: one row with one column. */
export function countPlaces(ruleId: string, what: What): SQL {
  return sql`
    select jsonb_build_object(
      'terminals', (select count(distinct terminal_id) from places),
      'tids', (select count(*) from places where tid is not null),
      'withoutTid', (select count(*) from places where tid is null),
      'already', (select count(*) from (
        select terminal_id, acquirer, tid from places except select terminal_id, acquirer, tid from work) a),
      'changes', (select count(*) from work),
      'changedTerminals', (select count(distinct terminal_id) from work),
      'sample', (select coalesce(jsonb_agg(name order by name), '[]') from (
        select coalesce(tid, serial) as name from work order by name limit ${SAMPLE}) s),
      'unknown', ${named(UNKNOWN)},
      'contradicting', ${CONTRADICTING},
      'outOfService', ${named(what === 'assign' ? OUT_OF_SERVICE : NONE)},
      'sharedTids', ${named(SHARED)},
      'stillAssigned', ${what === 'assign' ? sql`0` : sql`(${stillAssigned(ruleId)})`},
      'models', ${what === 'assign' ? MODELS : sql`'[]'::jsonb`},
      'fingerprint', (select encode(sha256(convert_to(${what} || coalesce(string_agg(
        concat_ws('/', acquirer, coalesce(tid, terminal_id::text)), ',' order by acquirer, tid, terminal_id), ''),
        'UTF8')), 'hex') from work),
      'told', (select coalesce(jsonb_agg(terminal_id), '[]') from (
        select distinct terminal_id from work where terminal_id is not null limit ${TOLD_ONE_BY_ONE + 1}) t)
    ) as counted`
}

export const OUT_OF_SERVICE = sql`select serial as name from found where is_out`

export const NONE = sql`select null::text as name where false`

/** A terminal that is out of service is not unknown. What nobody has may be known by its assignment. */
export const UNKNOWN = sql`
  (select tid as name from names except select tid from places except select tid from work)
  union all (select serial from serials except select serial from found)
  union all (select id::text from ids except select id::text from found)`

/**
 * Lines whose TID has another terminal than their serial number says; of TIDs that nobody has another list tells. By
 * windows over both, which sort instead of comparing each with each.
 */
export const CONTRADICTING = sql`(
  select jsonb_build_object('count', count(*), 'first', coalesce(jsonb_agg(jsonb_build_object(
    'line', line, 'tid', tid, 'serial', serial, 'found', found) order by line) filter (where place <= ${NAMED_MAX}), '[]'))
  from (
    select *, row_number() over (order by line) as place from (
      select line, tid, serial, min(serial) filter (where line is null) over (partition by tid) as found,
        bool_or(line is null) over (partition by tid, serial) as agrees
      from (select line, tid, serial from twice union all select null, tid, serial from places) u) w
    where line is not null and found is not null and not agrees) c)`

export const SHARED = sql`
  select p.tid as name from places p where p.tid in (select tid from names where acquirer is null)
  group by p.tid having count(*) > 1`

export function named(names: SQL): SQL {
  return sql`(select jsonb_build_object('count', count(*),
    'first', coalesce(jsonb_agg(name order by name) filter (where place <= ${NAMED_MAX}), '[]'))
    from (select name, row_number() over (order by name) as place from (${names}) n) x)`
}

const MODELS = sql`(select coalesce(jsonb_agg(m), '[]') from (
  select t.platform, t.model, s.model as reported, count(*),
    (array_agg(t.serial order by t.serial))[1:${sql.raw(String(SAMPLE))}] as first
  from (select distinct terminal_id from places) p join terminals t on t.id = p.terminal_id
  left join terminal_status s on s.terminal_id = t.id
  group by 1, 2, 3 order by 4 desc limit ${MISFITS_MOST}) m)`

function stillAssigned(ruleId: string): SQL {
  return sql`
    select count(distinct terminal_id) from (
      select w.terminal_id, a.id from (select distinct terminal_id from work) w
        join terminal_tids k on k.terminal_id = w.terminal_id and k.is_live
        join update_assignments a on a.tid = k.tid and a.acquirer = k.acquirer and a.rule_id = ${ruleId}
      except select terminal_id, id from work) r`
}
