import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../core/context'
import { decodeCursor, toPage } from '../../core/paging'
import { query } from '../../core/verb'
import { isVisible, loadTerminal, terminalNotFound } from '../terminals'
import { type AssignedRule, ListProfileHistoryInput, ProfileRef } from './schemas'

type Assigned = z.infer<typeof AssignedRule>

/** What a terminal has by the place it stands at: its settings, and the rules that are assigned to it. */
export const getTerminalProfile = query(
  { permission: 'updates:read', input: ProfileRef },
  async (ctx, { terminalId }) => {
    const terminal = await loadTerminal(ctx, terminalId)
    const { id, serial, platform, model, state, tids, merchantId, merchantName, groups, address } = terminal
    const { checkInIntervalSeconds, timeZone, mayRedirect } = terminal
    return {
      ...{ terminalId: id, serial, platform, model, state, tids },
      ...{ merchantId, merchantName, groups, address },
      ...{ checkInIntervalSeconds, timeZone, mayRedirect },
      rules: await rulesOf(ctx, terminalId),
    }
  },
)

/** The rules assigned to a terminal, by its TIDs or itself; the most urgent first. */
export async function rulesOf(ctx: Pick<Ctx, 'db'>, terminalId: string): Promise<Assigned[]> {
  const rows = await ctx.db.execute<Assigned & Record<string, unknown>>(sql`
    select r.id as "ruleId", r.name, r.is_enabled as "isEnabled", r.priority, a.acquirer, a.tid,
      a.assigned_by as "assignedBy", a.assigned_at as "assignedAt"
    from (
      select a.* from terminal_tids k join update_assignments a on a.tid = k.tid and a.acquirer = k.acquirer
      where k.terminal_id = ${terminalId} and k.is_live
      union all
      select a.* from update_assignments a where a.terminal_id = ${terminalId}) a
    join update_rules r on r.id = a.rule_id
    order by r.priority desc, r.id, a.acquirer nulls last`)
  return rows.map((row) => ({ ...row, assignedAt: new Date(row.assignedAt).toISOString() }))
}

interface Told extends Record<string, unknown> {
  id: string
  ruleId: string
  ruleName: string
  acquirer: string | null
  tid: string | null
  terminalId: string | null
  what: 'assigned' | 'unassigned'
  byName: string
  at: string
}

const Position = z.tuple([z.uuid()])

/** What was assigned to a terminal and to the TIDs it has, and taken away, by whom and when; the latest first. */
export const listProfileHistory = query(
  { permission: 'updates:read', input: ListProfileHistoryInput },
  async (ctx, { terminalId, cursor, limit }) => {
    if (!(await isVisible(ctx.db, ctx, terminalId))) throw terminalNotFound()
    const before = cursor === undefined ? sql`true` : sql`h.id < ${decodeCursor(cursor, Position)[0]}`
    const latest = (from: SQL) =>
      sql`(select h.* from ${from} and ${before} order by h.id desc limit ${limit + 1})`
    // Each branch walks an index of its own from its end.
    const rows = await ctx.db.execute<Told>(sql`
      select id, rule_id as "ruleId", rule_name as "ruleName", acquirer, tid, terminal_id as "terminalId", what,
        by_name as "byName", at
      from (
        ${latest(sql`update_assignment_history h where h.terminal_id = ${terminalId}`)}
        union
        select x.* from terminal_tids k cross join lateral
          ${latest(sql`update_assignment_history h where h.tid = k.tid and h.acquirer = k.acquirer`)} x
        where k.terminal_id = ${terminalId} and k.is_live) h
      order by id desc limit ${limit + 1}`)
    return toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => ({ ...row, at: new Date(row.at).toISOString() }),
    )
  },
)
