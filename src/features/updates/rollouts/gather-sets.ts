import type { Ctx } from '../../../core/context'
import { type AppDecision, decideAt, type GatheredApps, gatherApps, revisionKey } from '../../apps/sets'
import type { Pace } from '../rules'
import { loadPaces, type Paces } from './pace'

/** All that decides over the applications of some terminals, the pace of rollouts included. */
export interface GatheredSets extends GatheredApps {
  paces: Paces
}

export async function gatherSets(ctx: Ctx, terminalIds: readonly string[]): Promise<GatheredSets> {
  const gathered = await gatherApps(ctx, terminalIds)
  // Where the newest revision is out, no rollout has a say in it.
  const sets = [...gathered.connections.values()].filter(({ newest, released }) => newest > released)
  const paces = await loadPaces(ctx.db, [...new Set(sets.map(({ setId }) => setId))], terminalIds)
  return { ...gathered, paces }
}

/** What keeps a terminal at the revision that it has. */
const OF_PACE: ReadonlySet<string> = new Set([
  'rollout_paused',
  'rollout_halted',
  'rollout_outdated',
  'rollout_stopped',
  'wave_not_open',
  'retry_later',
  'too_many_active',
])

/**
 * What a terminal's set comes to for it: by the newest revision where a rollout lets it go there, else by the one that it
 * is led to. Undefined without a set.
 */
export function decideSetFor(
  gathered: GatheredSets,
  terminalId: string,
  nowMs: number,
): AppDecision | undefined {
  const connection = gathered.connections.get(terminalId)
  if (connection === undefined) return undefined
  const { setId, newest, effective } = connection
  const pace = gathered.paces.of(setId, terminalId)
  const isUnderWay = pace !== undefined && pace.state !== 'finished' && pace.state !== 'outdated'
  if (isUnderWay && newest > effective && pace.wave <= pace.openWave) {
    const ahead = decideAt(gathered, terminalId, gathered.revisions.get(revisionKey(setId, newest)), {
      pace,
      nowMs,
    })
    if (ahead !== undefined && !ahead.reasons.some(({ code }) => OF_PACE.has(code))) return ahead
  }
  const led = gathered.revisions.get(revisionKey(setId, effective))
  return decideAt(gathered, terminalId, led, { pace: isUnderWay ? ofReached(pace) : undefined, nowMs })
}

/** Where a rollout has brought a terminal it stays, whatever becomes of that; only its next try waits as long as it is told. */
const ofReached = (pace: Pace): Pace => ({
  ...pace,
  state: 'running',
  ...{ wave: 0, openWave: 0, maxActive: null },
})

/** What the newest revision of its set comes to for a terminal at the pace of the rollout: its targets are judged by it. */
export function decideNewestFor(
  gathered: GatheredSets,
  terminalId: string,
  nowMs: number,
): AppDecision | undefined {
  const connection = gathered.connections.get(terminalId)
  if (connection === undefined) return undefined
  const { setId, newest } = connection
  const pace = gathered.paces.of(setId, terminalId)
  return decideAt(gathered, terminalId, gathered.revisions.get(revisionKey(setId, newest)), { pace, nowMs })
}
