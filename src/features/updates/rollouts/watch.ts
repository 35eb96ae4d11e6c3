import { setTimeout as wait } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { watch } from '../../../core/verb'
import { seesRollout } from './queries'
import { RolloutRef } from './schemas'
import { rollouts, rolloutWaves } from './tables'
import { loadViews } from './views'

const BEAT_MS = 1_000

/**
 * A rollout whenever it or a count of it has changed that the caller is told, the first time at once. A beat reads the kept counts of its waves;
 * the targets themselves are counted for limited callers alone, when those have moved. Of a rollout that the caller does not
 * see nothing comes.
 */
export const watchRollout = watch(
  { permission: 'updates:read', input: RolloutRef },
  async function* (ctx, { rolloutId }, signal) {
    let last = ''
    let lastTold: string | undefined
    while (!signal.aborted) {
      const mark = await readMark(ctx, rolloutId)
      if (mark !== last) {
        last = mark
        const [view] = (await seesRollout(ctx, rolloutId)) ? await loadViews(ctx, [rolloutId]) : []
        const told = JSON.stringify(view)
        // What moves beyond the caller's limits is not even told by a view that says the same.
        if (view !== undefined && told !== lastTold) yield view
        lastTold = told
      }
      await wait(BEAT_MS, undefined, { signal }).catch(() => {})
    }
  },
)

async function readMark({ db }: Ctx, rolloutId: string): Promise<string> {
  const rows = await db
    .select({
      mark: sql<string>`concat_ws(' ', ${rollouts.revision}, ${rollouts.wave}, ${rolloutWaves.counts})`,
    })
    .from(rollouts)
    .innerJoin(rolloutWaves, eq(rolloutWaves.rolloutId, rollouts.id))
    .where(eq(rollouts.id, rolloutId))
    .orderBy(rolloutWaves.position)
  return rows.map(({ mark }) => mark).join('\n')
}
