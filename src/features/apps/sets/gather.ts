import type { Ctx } from '../../../core/context'
import type { Pace } from '../../updates/rules'
import { decideApps } from './decide'
import type { AppDecision, AppTerminal, Repairs, SetFacts, StandingApps } from './facts'
import {
  type Connection,
  loadAppTerminals,
  loadConnections,
  loadProtected,
  loadRepairs,
  loadRevisions,
  loadStandingApps,
  type Revisions,
  revisionKey,
} from './load'

/** All that decides over the applications of some terminals but the pace of rollouts, read at once. */
export interface GatheredApps {
  terminals: ReadonlyMap<string, AppTerminal>
  /** Those that have a set. */
  connections: ReadonlyMap<string, Connection>
  /** The newest ones of their sets, and those that terminals are led to, or have begun. */
  revisions: Revisions
  standing: ReadonlyMap<string, readonly StandingApps[]>
  repairs: ReadonlyMap<string, Repairs>
  protectedPatterns: readonly string[]
}

/** Of terminals without a set nothing is read but what they were told. */
export async function gatherApps(ctx: Ctx, terminalIds: readonly string[]): Promise<GatheredApps> {
  const [connections, standing] = await Promise.all([
    loadConnections(ctx.db, terminalIds),
    loadStandingApps(ctx.db, terminalIds),
  ])
  const ids = terminalIds.filter((id) => connections.has(id) || standing.has(id))
  const wanted = new Map<string, { setId: string; revision: number }>()
  for (const { setId, newest, effective, begun } of connections.values())
    for (const revision of [newest, begun ?? effective])
      wanted.set(revisionKey(setId, revision), { setId, revision })
  const [terminals, revisions, repairs, protectedPatterns] = await Promise.all([
    loadAppTerminals(ctx, ids),
    loadRevisions(ctx.db, [...wanted.values()]),
    loadRepairs(ctx, connections),
    connections.size === 0 ? [] : loadProtected(ctx.db),
  ])
  return { terminals, connections, revisions, standing, repairs, protectedPatterns }
}

/** What a revision comes to for one of the terminals; undefined where the terminal is not there. */
export function decideAt(
  { terminals, standing, repairs, protectedPatterns }: Omit<GatheredApps, 'connections' | 'revisions'>,
  terminalId: string,
  set: SetFacts | undefined,
  { pace, nowMs }: { pace: Pace | undefined; nowMs: number },
): AppDecision | undefined {
  const terminal = terminals.get(terminalId)
  if (terminal === undefined || set === undefined) return undefined
  return decideApps({
    ...{ set, terminal, protectedPatterns, pace, nowMs },
    standing: standing.get(terminalId) ?? [],
    repairs: repairs.get(terminalId) ?? NO_REPAIRS,
  })
}

const NO_REPAIRS: Repairs = new Map()
