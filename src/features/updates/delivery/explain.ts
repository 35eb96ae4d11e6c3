import { query } from '../../../core/verb'
import { isVisible, terminalNotFound } from '../../terminals'
import { decideFor, gather, toldReasons } from '../rollouts'
import { loadRules, loadTerminalFacts } from '../rules'
import { ExplainInput, type Explanation } from './schemas'

/** Rules of one platform that are judged for one terminal. */
const MOST_RULES = 200

/**
 * Why a terminal gets an update, or does not: what each rule of its platform comes to, by the same function that decides.
 */
export const explainUpdates = query(
  { permission: 'updates:read', input: ExplainInput },
  async (ctx, { terminalId }): Promise<Explanation> => {
    if (!(await isVisible(ctx.db, ctx, terminalId))) throw terminalNotFound()
    const terminal = (await loadTerminalFacts(ctx, [terminalId])).get(terminalId)
    if (terminal === undefined) throw terminalNotFound()
    const all = await loadRules(ctx.db, { platforms: [terminal.platform] })
    const rules = all.sort((one, other) => other.priority - one.priority).slice(0, MOST_RULES)
    const gathered = await gather(ctx, [terminalId], rules)
    const now = ctx.clock.now()
    const decisions = decideFor(gathered, terminalId, now.getTime(), { isExplained: true })
    const assigned = gathered.assigned.get(terminalId)
    return {
      at: now.toISOString(),
      timeZone: terminal.timeZone,
      isWhole: all.length <= MOST_RULES,
      rules: decisions.map(({ ruleId, outcome, reasons, leadsTo, recheckAtMs }) => {
        const rule = gathered.rules.get(ruleId)
        return {
          ruleId,
          name: rule?.name ?? '',
          priority: rule?.priority ?? 0,
          isAssigned: assigned?.has(ruleId) ?? false,
          outcome,
          reasons: toldReasons(ctx, reasons),
          packages: leadsTo.map(({ id, component, version }) => ({ id, component, version })),
          recheckAt: recheckAtMs === null ? null : new Date(recheckAtMs).toISOString(),
        }
      }),
    }
  },
)
