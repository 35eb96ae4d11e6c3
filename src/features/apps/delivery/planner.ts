import type { Plan, Planner } from '../../actions'
import { decideSetFor, type GatheredSets, gatherSets, noteSetsOffered } from '../../updates/rollouts'
import { type AppDecision, isSettled, rememberTold } from '../sets'

const STREAM_ROWS = 5_000

/**
 * Tells terminals what to install and what to remove, to come to what their sets say. It is proved by a status that
 * reports the packages at their versions, and those that are gone no more.
 */
export const appsPlanner: Planner = {
  kind: 'apps',
  reads: ['apps', 'os', 'abis', 'application', 'network'],

  async plan(ctx, terminals) {
    const ids = terminals.map(({ terminalId }) => terminalId)
    const gathered = await gatherSets(ctx, ids)
    const nowMs = ctx.clock.now().getTime()
    return new Map(
      ids.map((id) => {
        const decision = decideSetFor(gathered, id, nowMs)
        // The next ones of this batch count with those that are offered now.
        if (decision?.reasons[0]?.code === 'will_be_offered') gathered.paces.countOffer(decision.setId)
        return [id, planOf(gathered, id, decision)]
      }),
    )
  },

  async offered(ctx, offers) {
    await noteSetsOffered(ctx, offers)
    const told = offers.map(({ terminalId, body }) => ({ terminalId, packages: packagesOf(body) }))
    await rememberTold(ctx.db, told)
  },

  async *candidates(ctx) {
    const found = ctx.sql<{ id: string }[]>`
      select c.terminal_id as id from app_connections c
      join terminals t on t.id = c.terminal_id and t.state = 'active'`
    for await (const batch of found.cursor(STREAM_ROWS)) yield batch.map((row) => row.id)
  },
}

function planOf(
  { terminals, standing, connections }: GatheredSets,
  terminalId: string,
  decision: AppDecision | undefined,
): Plan {
  const terminal = terminals.get(terminalId)
  const proven = (standing.get(terminalId) ?? []).filter(
    (one) => terminal?.hasReport && isSettled(terminal, one),
  )
  const set = connections.get(terminalId)?.setName ?? ''
  return {
    wishes:
      decision?.stage == null ? [] : [{ subjectId: decision.stage.subjectId, body: bodyOf(set, decision) }],
    provenSubjectIds: proven.map(({ subjectId }) => subjectId),
    recheckAt: decision?.recheckAtMs == null ? undefined : new Date(decision.recheckAtMs),
  }
}

const packagesOf = ({ install }: Record<string, unknown>) =>
  (install as { package: string }[]).map((one) => one.package)

/**
 * The action as the contract has it. What is removed goes first, so that there is room; what is installed comes in its
 * order. Of which set and revision it is, a terminal may show.
 */
function bodyOf(set: string, { setId, revision, stage }: AppDecision): Record<string, unknown> {
  return {
    ...{ set, setId, revision },
    remove: stage?.remove ?? [],
    install: (stage?.install ?? []).map(({ package: name, versionCode, versionName, sha256, sizeBytes }) => ({
      ...{ package: name, versionCode, versionName, sha256, size: sizeBytes },
      url: `/terminal/v1/files/${sha256}`,
    })),
    when: stage?.when ?? {},
  }
}
