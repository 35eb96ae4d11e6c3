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

/** What keeps a terminal at the revision that it has. One that waits for its next try has been told the newest already. */
const OF_PACE: ReadonlySet<string> = new Set([
  'rollout_paused',
  'rollout_halted',
  'rollout_outdated',
  'rollout_stopped',
  'wave_not_open',
  'too_many_active',
])

/**
 * What a terminal's set comes to for it: by the newest revision where a rollout lets it go there, else by the one that it
 * is led to. One that has a part of a later revision is not led back from there: it waits as it is for the rollout, or,
 * where that was stopped, for the next revision. Undefined without a set.
 */
export function decideSetFor(
  gathered: GatheredSets,
  terminalId: string,
  nowMs: number,
): AppDecision | undefined {
  const connection = gathered.connections.get(terminalId)
  if (connection === undefined) return undefined
  const { setId, newest, effective, begun } = connection
  const pace = gathered.paces.of(setId, terminalId)
  const isUnderWay = pace !== undefined && pace.state !== 'finished' && pace.state !== 'outdated'
  if (isUnderWay && newest > effective && begun !== newest && pace.wave <= pace.openWave) {
    const ahead = decideAt(gathered, terminalId, gathered.revisions.get(revisionKey(setId, newest)), {
      pace,
      nowMs,
    })
    if (ahead !== undefined && !isHeld(ahead, pace)) return ahead
  }
  const led = gathered.revisions.get(revisionKey(setId, begun ?? effective))
  if (!isUnderWay) return decideAt(gathered, terminalId, led, { pace: undefined, nowMs })
  return decideAt(gathered, terminalId, led, { pace: begun === null ? ofReached(pace) : pace, nowMs })
}

/** What failed for good in a rollout that was stopped stands in the way of nothing any more. */
function isHeld({ outcome, reasons }: AppDecision, { state }: Pace): boolean {
  return reasons.some(({ code }) => OF_PACE.has(code)) || (state === 'stopped' && outcome === 'blocked')
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
