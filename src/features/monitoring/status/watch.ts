import { setTimeout as wait } from 'node:timers/promises'
import { inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { watch } from '../../../core/verb'
import { terminals } from '../../terminals/tables'
import { terminalPresence, terminalStatus } from './tables'
import { loadViews } from './views'

const BEAT_MS = 1_000
/** What time alone changes (online to late to lost), and what is not looked at on each beat (groups, TIDs). */
const WHOLE_EVERY_BEATS = 15
const MAX_WATCHED = 200

export const WatchStatusInput = z.object({
  terminalIds: z.array(z.uuid()).min(1).max(MAX_WATCHED).describe('What is on the screen.'),
})

/**
 * The rows of some terminals whenever they change: first all of them, then those that differ. It asks the database on a
 * beat, so it sees what came in through any server. A beat reads one row of times, by primary keys; the terminals
 * themselves only when those have moved.
 */
export const watchStatus = watch(
  { permission: 'status:read', input: WatchStatusInput },
  async function* (ctx, { terminalIds }, signal) {
    const seen = new Map<string, string>()
    let last = ''
    ctx.log.debug('watch_started', { terminals: terminalIds.length })
    try {
      for (let beat = 0; !signal.aborted; beat++) {
        const marks = await readMarks(ctx, terminalIds)
        if (marks !== last || beat % WHOLE_EVERY_BEATS === 0) {
          last = marks
          const changed = (await loadViews(ctx, terminalIds)).filter((view) => {
            const text = JSON.stringify(view)
            if (seen.get(view.terminalId) === text) return false
            seen.set(view.terminalId, text)
            return true
          })
          if (changed.length > 0) yield changed
        }
        await wait(BEAT_MS, undefined, { signal }).catch(() => {})
      }
    } finally {
      ctx.log.debug('watch_ended', { terminals: terminalIds.length })
    }
  },
)

/** Moves when one of these terminals was heard of, reported a status, or was changed by somebody. */
async function readMarks(ctx: Ctx, terminalIds: readonly string[]): Promise<string> {
  const ids = [...terminalIds]
  const newest = (column: unknown, table: unknown, condition: unknown) =>
    sql`(select max(${column}) from ${table} where ${condition})`
  const [row] = (await ctx.db.execute(sql`select concat_ws(' ',
    ${newest(terminalPresence.lastSeenAt, terminalPresence, inArray(terminalPresence.terminalId, ids))},
    ${newest(terminalStatus.receivedAt, terminalStatus, inArray(terminalStatus.terminalId, ids))},
    ${newest(terminals.updatedAt, terminals, inArray(terminals.id, ids))}) as marks`)) as unknown as {
    marks: string
  }[]
  return row?.marks ?? ''
}
