import type { Plan, Planner } from '../../actions'
import { type LoadedPackage, loadPackages } from '../packages'
import { decideFor, type Gathered, gather, noteOffered } from '../rollouts'
import { type Decision, isProven, type Stage } from '../rules'

const STREAM_ROWS = 5_000

/**
 * Tells terminals of the updates that their rules come to. An update is proved by a status that reports the versions it
 * leads to.
 */
export const updatePlanner: Planner = {
  kind: 'update',
  reads: ['components', 'model', 'network'],

  async plan(ctx, terminals) {
    const ids = terminals.map(({ terminalId }) => terminalId)
    const gathered = await gather(ctx, ids)
    const nowMs = ctx.clock.now().getTime()
    const decided = ids.map((id) => {
      const decisions = decideFor(gathered, id, nowMs)
      // The next ones of this batch count with those that are offered now.
      for (const { ruleId, reasons } of decisions)
        if (reasons[0]?.code === 'will_be_offered') gathered.paces.countOffer(ruleId)
      return [id, decisions] as const
    })
    const packageIds = decided.flatMap(([, all]) =>
      all.flatMap(({ stage }) => stage?.packages.map((one) => one.id) ?? []),
    )
    const packages = await loadPackages(ctx.db, packageIds)
    return new Map(decided.map(([id, decisions]) => [id, planOf(gathered, id, decisions, packages)]))
  },

  offered: (ctx, offers) => noteOffered(ctx, offers),

  async *candidates(ctx) {
    const found = ctx.sql<{ id: string }[]>`
      select distinct a.terminal_id as id from assigned_terminals a
      join update_rules r on r.id = a.rule_id and r.is_enabled and (r.ends_at is null or r.ends_at > now())
      join terminals t on t.id = a.terminal_id and t.state = 'active' and t.platform = r.platform`
    for await (const batch of found.cursor(STREAM_ROWS)) yield batch.map((row) => row.id)
  },
}

type Packages = ReadonlyMap<string, LoadedPackage>

function planOf(
  { terminals, standing, rules }: Gathered,
  terminalId: string,
  decisions: readonly Decision[],
  packages: Packages,
): Plan {
  const updates = standing.get(terminalId) ?? []
  const isOpen = (stage: Stage) => updates.some((one) => one.subjectId === stage.subjectId)
  const wanted = decisions.flatMap(({ ruleId, stage }) => (stage === null ? [] : [{ ruleId, stage }]))
  // What the terminal knows of already goes before what it does not.
  wanted.sort((one, other) => Number(isOpen(other.stage)) - Number(isOpen(one.stage)))
  const rechecks = decisions.flatMap(({ recheckAtMs }) => (recheckAtMs === null ? [] : [recheckAtMs]))
  return {
    wishes: wanted.map(({ ruleId, stage }) => ({
      subjectId: stage.subjectId,
      body: bodyOf(rules.get(ruleId)?.name ?? '', stage, packages),
    })),
    provenSubjectIds: updates
      .filter((one) => isProven(one, terminals.get(terminalId)?.components))
      .map(({ subjectId }) => subjectId),
    recheckAt: rechecks.length === 0 ? undefined : new Date(Math.min(...rechecks)),
  }
}

/** The action as the contract has it. */
function bodyOf(rule: string, { packages: steps, when }: Stage, packages: Packages): Record<string, unknown> {
  const listed = steps.flatMap(({ id, component, version }) =>
    (packages.get(id)?.files ?? []).map((file) => ({ component, version, file })),
  )
  return {
    rule,
    files: listed.map(({ component, version, file }, order) => ({
      ...{ component, version, name: file.name, target: file.target, order },
      ...{ sha256: file.sha256, size: file.sizeBytes, url: `/terminal/v1/files/${file.sha256}` },
    })),
    when,
  }
}
