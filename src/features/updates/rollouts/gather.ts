import type { Ctx } from '../../../core/context'
import {
  type Decision,
  decideUpdates,
  isProven,
  loadAssigned,
  loadRules,
  loadStanding,
  loadTerminalFacts,
  type RuleFacts,
  type StandingUpdate,
  type TerminalFacts,
} from '../rules'
import { loadPaces, type Paces } from './pace'

/** All that decides over the updates of some terminals, read at once. */
export interface Gathered {
  terminals: ReadonlyMap<string, TerminalFacts>
  standing: ReadonlyMap<string, readonly StandingUpdate[]>
  rules: ReadonlyMap<string, RuleFacts>
  /** Rules by terminal. */
  assigned: ReadonlyMap<string, ReadonlySet<string>>
  paces: Paces
}

/** @param alsoRules rules that are judged though they may not be assigned */
export async function gather(
  ctx: Ctx,
  terminalIds: readonly string[],
  alsoRules: readonly RuleFacts[] = [],
): Promise<Gathered> {
  const [assigned, standing] = await Promise.all([
    loadAssigned(ctx.db, terminalIds),
    loadStanding(ctx.db, terminalIds),
  ])
  const known = new Map(alsoRules.map((rule) => [rule.id, rule]))
  const ruleIds = [...new Set([...assigned.values()].flatMap((ids) => [...ids]))]
  const [rules, terminals, paces] = await Promise.all([
    loadRules(ctx.db, { ruleIds: ruleIds.filter((id) => !known.has(id)) }),
    loadTerminalFacts(ctx, ruleIds.length === 0 && known.size === 0 ? [] : terminalIds),
    loadPaces(ctx.db, [...ruleIds, ...known.keys()], terminalIds),
  ])
  for (const rule of rules) known.set(rule.id, rule)
  return { terminals, standing, rules: known, assigned, paces }
}

/** What the rules come to for one of the terminals. With `isExplained` also those that are not assigned to it. */
export function decideFor(
  { terminals, standing, rules, assigned, paces }: Gathered,
  terminalId: string,
  nowMs: number,
  { isExplained = false } = {},
): Decision[] {
  const terminal = terminals.get(terminalId)
  if (terminal === undefined) return []
  const own = assigned.get(terminalId)
  const asked = [...rules.values()]
    .filter((rule) => isExplained || own?.has(rule.id))
    .map((rule) => ({
      rule,
      isAssigned: own?.has(rule.id) ?? false,
      pace: paces.of(rule.id, terminalId),
    }))
  // What is proved is done, though nobody has written it down yet: it keeps nothing else waiting.
  const open = (standing.get(terminalId) ?? []).filter((one) => !isProven(one, terminal.components))
  return decideUpdates(asked, { terminal, standing: open, nowMs })
}
