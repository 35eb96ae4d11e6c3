import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../core/context'
import { newIdInSql } from '../../../core/sql-ids'
import { visibleTerminals } from '../../terminals'
import type { Chosen } from './choose'

export type What = 'assign' | 'unassign'

/**
 * The chosen places set by set, as common table expressions that build on one another:
 *
 *   names, serials, ids   what was named
 *   twice     lines of a list with a TID and a serial number
 *   found     its terminals, of those the caller sees
 *   places    the TIDs that were meant, with who has each; a terminal that has none is its own place (`tid` is null)
 *
 * @param withOutOfService also terminals that are retired or revoked
 *
 * No estimate of the planner is worth anything here, so nothing compares two of these row by row: what is missing is
 * found by EXCEPT, which never does.
 */
export function chosenPlaces(ctx: Ctx, chosen: Chosen, withOutOfService: boolean): SQL {
  const names = JSON.stringify(chosen.tids)
  const serials = JSON.stringify(chosen.serials)
  const ids = JSON.stringify(chosen.terminalIds)
  const twice = JSON.stringify(chosen.twice)
  return sql`
    names as materialized (
      select distinct tid, acquirer from jsonb_to_recordset(${names}::text::jsonb) n(tid text, acquirer text)),
    serials as materialized (select distinct s as serial from jsonb_array_elements_text(${serials}::text::jsonb) s),
    ids as materialized (select distinct i::uuid as id from jsonb_array_elements_text(${ids}::text::jsonb) i),
    twice as materialized (
      select * from jsonb_to_recordset(${twice}::text::jsonb) n(line int, tid text, serial text)),
    found as materialized (
      select terminals.id, terminals.serial, terminals.state in ('retired', 'revoked') as is_out from (
        select id from ids union select t.id from serials s join terminals t on t.serial = s.serial) c
      join terminals on terminals.id = c.id where ${visibleTerminals(ctx)}),
    places as materialized (
      select terminals.id as terminal_id, terminals.serial, k.acquirer, k.tid from names n
        join terminal_tids k on k.tid = n.tid and k.is_live and (n.acquirer is null or k.acquirer = n.acquirer)
        join terminals on terminals.id = k.terminal_id where ${visibleTerminals(ctx)}
      union
      select f.id, f.serial, k.acquirer, k.tid from found f
        left join terminal_tids k on k.terminal_id = f.id and k.is_live
        where ${withOutOfService ? sql`true` : sql`not f.is_out`})`
}

/** The same with `work`: the assignments to be made (with new ids), or to be deleted. */
export function placesOf(ctx: Ctx, ruleId: string, what: What, chosen: Chosen): SQL {
  return sql`${chosenPlaces(ctx, chosen, what === 'unassign')},
    work as materialized (${what === 'assign' ? toMake(ctx, ruleId) : toDelete(ctx, ruleId)})`
}

function toMake(ctx: Ctx, ruleId: string): SQL {
  return sql`
    select ${newIdInSql(ctx.clock.now())} as id, p.terminal_id, p.serial, p.acquirer, p.tid from places p
    left join update_assignments of_tid
      on of_tid.tid = p.tid and of_tid.acquirer = p.acquirer and of_tid.rule_id = ${ruleId}
    left join update_assignments of_own
      on of_own.terminal_id = p.terminal_id and p.tid is null and of_own.rule_id = ${ruleId}
    where of_tid.id is null and of_own.id is null`
}

/**
 * Of a terminal that is named by a TID goes also what it was assigned by itself before it had one. What belongs to a TID
 * that nobody has is nobody's: only who sees all may take it away.
 */
function toDelete(ctx: Ctx, ruleId: string): SQL {
  const ofNobody = sql`
    union
    select a.id, null::uuid, null::text, a.acquirer, a.tid from names n
      join update_assignments a on a.tid = n.tid and a.rule_id = ${ruleId}
        and (n.acquirer is null or a.acquirer = n.acquirer)
      where not exists (
        select from terminal_tids k where k.tid = a.tid and k.acquirer = a.acquirer and k.is_live)`
  return sql`
    select a.id, p.terminal_id, p.serial, p.acquirer, p.tid from places p
      join update_assignments a on a.tid = p.tid and a.acquirer = p.acquirer and a.rule_id = ${ruleId}
    union
    select a.id, a.terminal_id, p.serial, null, null from places p
      join update_assignments a on a.terminal_id = p.terminal_id and a.rule_id = ${ruleId}
    ${visibilityOf(ctx.actor).kind === 'all' ? ofNobody : sql``}`
}
