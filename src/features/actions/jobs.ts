import { and, eq, inArray, lt } from 'drizzle-orm'
import { inTransaction } from '../../core/verb'
import type { Job } from '../../jobs/schedule'
import { terminalActions } from './tables'

const BATCH = 500

export const actionJobs: readonly Job[] = [
  {
    // Terminals that check in are judged on the spot; this is for those that fell silent after installing.
    name: 'fail-unproved-actions',
    schedule: '0 */10 * * * *',
    runsAtStart: true,
    async run(ctx, { signal }) {
      let failed = 0
      for (let found = BATCH; found === BATCH && !signal.aborted; failed += found) {
        found = await inTransaction(ctx, async ({ db, clock }) => {
          const overdue = await db
            .select({ id: terminalActions.id })
            .from(terminalActions)
            .where(and(eq(terminalActions.state, 'installed'), lt(terminalActions.confirmBy, clock.now())))
            .limit(BATCH)
            .for('update', { skipLocked: true })
          if (overdue.length > 0)
            await db
              .update(terminalActions)
              .set({ state: 'failed', reason: 'other', message: 'not proved in time', stateAt: clock.now() })
              .where(
                inArray(
                  terminalActions.id,
                  overdue.map((row) => row.id),
                ),
              )
          return overdue.length
        })
      }
      return { failed }
    },
  },
]
