import { setTimeout as wait } from 'node:timers/promises'
import { watch } from '../../../core/verb'
import { findEntries } from './find'
import { findGaps } from './queries'
import { WatchPosLogInput } from './schemas'
import { viewOf } from './views'

const BEAT_MS = 1_000
/** Entries are written behind the requests, and by many servers: so far back is looked again on each beat. */
const LAG_MS = 15_000
/** Of one beat; who looks cannot read more. */
const MOST_ROWS = 100

/**
 * The newest entries, then those that come, the newest first, with the holes between them; an entry comes again when its run has
 * grown. It asks the database
 * on a beat, so it sees what came in through any server.
 */
export const watchPosLog = watch(
  { permission: 'pos-log:read', input: WatchPosLogInput },
  async function* (ctx, filter, signal) {
    const seen = new Map<string, number>()
    const seenGaps = new Set<string>()
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      const from = new Date(ctx.clock.now().getTime() - LAG_MS).toISOString()
      const asked = isFirst ? filter : { ...filter, from }
      const { rows } = await findEntries(ctx, asked, { after: undefined, limit: MOST_ROWS })
      const entries = rows.map(viewOf)
      const since = isFirst ? entries.at(-1)?.at : from
      const gaps = (await findGaps(ctx, { from: since })).filter(({ to }) => !seenGaps.has(to))
      for (const { to } of gaps) seenGaps.add(to)
      const news = entries.filter(({ entryId, count }) => seen.get(entryId) !== count)
      seen.clear()
      for (const { entryId, count } of entries) seen.set(entryId, count)
      // The first answer comes in any case: it tells that somebody looks.
      if (news.length > 0 || gaps.length > 0 || isFirst) yield { entries: news, gaps }
      await wait(BEAT_MS, undefined, { signal }).catch(() => {})
    }
  },
)
