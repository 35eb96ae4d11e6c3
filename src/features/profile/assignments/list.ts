import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../core/context'
import { decodeCursor, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { loadRules, loadTerminalFacts, ruleNotFound } from '../../updates/rules'
import { ListAssignmentsInput } from '../schemas'

interface Row extends Record<string, unknown> {
  id: string
  acquirer: string | null
  tid: string | null
  assignedBy: string
  assignedAt: string
  terminalId: string | null
  serial: string
  platform: string
  model: string
  state: string
}

const Position = z.tuple([z.uuid()])

/** To whom a rule is assigned, the latest first, with who has each TID now. `rule_not_found`. */
export const listAssignments = query(
  { permission: 'updates:read', input: ListAssignmentsInput },
  async (ctx, { ruleId, tid, cursor, limit }) => {
    const [rule] = await loadRules(ctx.db, { ruleIds: [ruleId] })
    if (rule === undefined) throw ruleNotFound()
    const rows = await ctx.db.execute<Row>(sql`
      select a.id, a.acquirer, a.tid, a.assigned_by as "assignedBy", a.assigned_at as "assignedAt",
        terminals.id as "terminalId", terminals.serial, terminals.platform, terminals.model, terminals.state
      from update_assignments a
      left join terminal_tids k on k.tid = a.tid and k.acquirer = a.acquirer and k.is_live
      left join terminals on terminals.id = coalesce(a.terminal_id, k.terminal_id)
      where a.rule_id = ${ruleId} and ${isShown(ctx)}
        and ${tid === undefined || tid === '' ? sql`true` : sql`starts_with(a.tid, ${tid})`}
        and ${cursor === undefined ? sql`true` : sql`a.id < ${decodeCursor(cursor, Position)[0]}`}
      order by a.id desc limit ${limit + 1}`)
    const shown = rows.slice(0, limit).flatMap((row) => row.terminalId ?? [])
    const facts = await loadTerminalFacts(ctx, shown)
    const updated = new Set(rule.steps.map((step) => step.package.component))
    const componentsOf = (terminalId: string) =>
      [...(facts.get(terminalId)?.components ?? [])]
        .filter(([component]) => updated.has(component))
        .map(([component, version]) => ({ component, version }))
    return toPage(
      rows,
      limit,
      (row) => [row.id],
      ({ id, acquirer, tid, assignedBy, assignedAt, terminalId, serial, platform, model, state }) => ({
        ...{ id, acquirer, tid, assignedBy },
        assignedAt: new Date(assignedAt).toISOString(),
        terminal:
          terminalId === null
            ? null
            : { id: terminalId, serial, platform, model, state, components: componentsOf(terminalId) },
      }),
    )
  },
)

/** What belongs to a TID that nobody has is seen by who sees all. */
function isShown(ctx: Pick<Ctx, 'actor'>): SQL {
  return visibilityOf(ctx.actor).kind === 'all'
    ? sql`true`
    : sql`terminals.id is not null and ${visibleTerminals(ctx)}`
}
