import { setTimeout as wait } from 'node:timers/promises'
import { and, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import { watch } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { terminals } from '../../terminals/tables'
import { statusColumns, toStatusView } from './queries'
import { terminalPresence, terminalStatus } from './tables'

const BEAT_MS = 1_000
const MAX_WATCHED = 200

export const WatchStatusInput = z.object({
  terminalIds: z.array(z.uuid()).min(1).max(MAX_WATCHED).describe('What is on the screen.'),
})

/**
 * The rows of some terminals whenever they change: first all of them, then those that differ. It asks the database on a
 * beat, so it sees what came in through any server.
 */
export const watchStatus = watch(
  { permission: 'status:read', input: WatchStatusInput },
  async function* (ctx, { terminalIds }, signal) {
    const seen = new Map<string, string>()
    ctx.log.debug('watch_started', { terminals: terminalIds.length })
    try {
      while (!signal.aborted) {
        const rows = await ctx.db
          .select(statusColumns)
          .from(terminals)
          .leftJoin(terminalStatus, eq(terminalStatus.terminalId, terminals.id))
          .leftJoin(terminalPresence, eq(terminalPresence.terminalId, terminals.id))
          .where(and(inArray(terminals.id, terminalIds), visibleTerminals(ctx)))
        const { lateIntervals } = ctx.settings.terminals
        const changed = rows
          .map((row) => toStatusView(row, ctx.clock.now(), lateIntervals))
          .filter((view) => {
            const text = JSON.stringify(view)
            if (seen.get(view.terminalId) === text) return false
            seen.set(view.terminalId, text)
            return true
          })
        if (changed.length > 0) yield changed
        await wait(BEAT_MS, undefined, { signal }).catch(() => {})
      }
    } finally {
      ctx.log.debug('watch_ended', { terminals: terminalIds.length })
    }
  },
)
