import { componentName } from './component'
import { type DecideInput, type Decision, decideUpdate } from './decide'
import type { PackageFacts, RuleFacts } from './facts'
import { isSame } from './versions'

type Asked = Pick<DecideInput, 'rule' | 'isAssigned' | 'pace'>

/**
 * What all rules that concern a terminal come to, the most urgent first. Where two want one component at different
 * versions the one of higher priority has it, whatever it waits for but its start: else a terminal would go to and fro.
 * One update at a time is on offer.
 */
export function decideUpdates(asked: readonly Asked[], known: Omit<DecideInput, keyof Asked>): Decision[] {
  const claims = new Map<string, { rule: RuleFacts; version: string }>()
  const open = known.standing.find(({ state }) => OPEN.has(state))
  const decisions: Decision[] = []
  for (const { rule, isAssigned, pace } of [...asked].sort(byUrgency)) {
    const decision = decideUpdate({ rule, isAssigned, pace, ...known })
    if (decision.outcome === 'excluded') {
      decisions.push(decision)
      continue
    }
    const finals = finalVersions(rule)
    const claimed = finals.find(({ component, version }) => {
      const claim = claims.get(componentName(component))
      return claim !== undefined && !isSame(claim.version, version)
    })
    if (claimed !== undefined) {
      const { component } = claimed
      decisions.push(outranked(decision, rule, component, claims.get(componentName(component))?.rule))
      continue
    }
    decisions.push(decision)
    // One whose time has not come leaves the way free until then.
    if (rule.startsAtMs !== null && rule.startsAtMs > known.nowMs) continue
    for (const { component, version } of finals) {
      const name = componentName(component)
      if (!claims.has(name)) claims.set(name, { rule, version })
    }
  }
  return oneAtATime(decisions, open?.subjectId)
}

/** States in which a terminal knows of an update and has not done with it. */
export const OPEN: ReadonlySet<string> = new Set(['offered', 'downloading', 'downloaded'])

function byUrgency({ rule: one }: Asked, { rule: other }: Asked): number {
  return other.priority - one.priority || (one.id < other.id ? -1 : 1)
}

/** Where each component of a rule ends. */
function finalVersions(rule: RuleFacts): PackageFacts[] {
  const steps = [...rule.steps].sort((a, b) => a.position - b.position)
  return [...new Map(steps.map(({ package: last }) => [componentName(last.component), last])).values()]
}

function outranked(
  decision: Decision,
  { endsAtMs }: RuleFacts,
  component: string,
  by: RuleFacts | undefined,
): Decision {
  // What it asks for is so; nothing is left to be in the way of.
  if (decision.outcome === 'done') return decision
  const values = { rule: by?.name ?? '', component }
  return {
    ...decision,
    outcome: 'blocked',
    reasons: [{ code: 'higher_priority', values }],
    stage: null,
    leadsTo: [],
    recheckAtMs: endsAtMs,
  }
}

/** @param openSubject of the update that the terminal knows of; it goes before all that it does not */
function oneAtATime(decisions: readonly Decision[], openSubject: string | undefined): Decision[] {
  const onOffer = decisions.filter(
    ({ stage, reasons }) => stage !== null && reasons[0]?.code !== 'waits_for_proof',
  )
  const first = onOffer.find(({ stage }) => stage?.subjectId === openSubject) ?? onOffer[0]
  return decisions.map((decision) => {
    if (decision.stage?.subjectId === first?.stage?.subjectId || !onOffer.includes(decision)) return decision
    const component = first?.stage?.packages[0]?.component ?? ''
    return {
      ...decision,
      outcome: 'waits',
      reasons: [{ code: 'other_update', values: { component } }],
      stage: null,
    }
  })
}
