import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../core/context'
import { escapeLike } from '../../../core/like'
import { decodeCursor, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { componentName, loadRules, loadTerminalFacts, ruleNotFound } from '../../updates/rules'
import { ListAssignmentsInput } from '../schemas'

interface Row extends Record<string, unknown> {
  id: string
  ruleId: string
  ruleName: string
  isEnabled: boolean
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

/** To whom rules are assigned, the latest first, with who has each TID now. `rule_not_found` where one is named. */
export const listAssignments = query(
  { permission: 'updates:read', input: ListAssignmentsInput },
  async (ctx, { ruleId, search = '', cursor, limit }) => {
    if (ruleId !== undefined) await requireRule(ctx, ruleId)
    const rows = await ctx.db.execute<Row>(sql`
      select a.id, r.id as "ruleId", r.name as "ruleName", r.is_enabled as "isEnabled", a.acquirer, a.tid,
        a.assigned_by as "assignedBy", a.assigned_at as "assignedAt",
        terminals.id as "terminalId", terminals.serial, terminals.platform, terminals.model, terminals.state
      from update_assignments a
      join update_rules r on r.id = a.rule_id
      left join terminal_tids k on k.tid = a.tid and k.acquirer = a.acquirer and k.is_live
      left join terminals on terminals.id = coalesce(a.terminal_id, k.terminal_id)
      where ${isShown(ctx)}
        and ${ruleId === undefined ? sql`true` : sql`a.rule_id = ${ruleId}`}
        and ${search === '' ? sql`true` : startsWith(search)}
        and ${cursor === undefined ? sql`true` : sql`a.id < ${decodeCursor(cursor, Position)[0]}`}
      order by a.id desc limit ${limit + 1}`)
    const componentsOf = await loadComponents(ctx, rows.slice(0, limit))
    return toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => {
        const { id, acquirer, tid, assignedBy, terminalId, serial, platform, model, state } = row
        const rule = { id: row.ruleId, name: row.ruleName, isEnabled: row.isEnabled }
        return {
          ...{ id, rule, acquirer, tid, assignedBy },
          assignedAt: new Date(row.assignedAt).toISOString(),
          terminal:
            terminalId === null
              ? null
              : { id: terminalId, serial, platform, model, state, components: componentsOf(row) },
        }
      },
    )
  },
)

async function requireRule(ctx: Ctx, ruleId: string): Promise<void> {
  const [rule] = await loadRules(ctx.db, { ruleIds: [ruleId] })
  if (rule === undefined) throw ruleNotFound()
}

/** What terminals report of the components that each one's rule updates. */
async function loadComponents(ctx: Ctx, rows: readonly Row[]) {
  const rules = await loadRules(ctx.db, { ruleIds: [...new Set(rows.map((row) => row.ruleId))] })
  const facts = await loadTerminalFacts(
    ctx,
    rows.flatMap((row) => row.terminalId ?? []),
  )
  const updated = new Map(
    rules.map((rule) => [
      rule.id,
      new Map(rule.steps.map(({ package: { component } }) => [componentName(component), component] as const)),
    ]),
  )
  return ({ ruleId, terminalId }: Row) =>
    [...(facts.get(terminalId ?? '')?.components ?? [])].flatMap(([name, version]) => {
      const component = updated.get(ruleId)?.get(name)
      return component === undefined ? [] : [{ component, version }]
    })
}

/** Each way to name a place by an index of its own. */
function startsWith(search: string): SQL {
  const pattern = `${escapeLike(search)}%`
  return sql`a.id in (
    select x.id from update_assignments x where x.tid like ${pattern}
    union all
    select x.id from terminals t join update_assignments x on x.terminal_id = t.id where t.serial like ${pattern}
    union all
    select x.id from terminals t join terminal_tids i on i.terminal_id = t.id and i.is_live
      join update_assignments x on x.tid = i.tid and x.acquirer = i.acquirer where t.serial like ${pattern})`
}

/** What belongs to a TID that nobody has is seen by who sees all. */
function isShown(ctx: Pick<Ctx, 'actor'>): SQL {
  return visibilityOf(ctx.actor).kind === 'all'
    ? sql`true`
    : sql`terminals.id is not null and ${visibleTerminals(ctx)}`
}
