import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { runPrepared } from '../../../db/prepared'
import { listArchives, readSorted } from '../archive'
import { visibleSlips } from './filter'
import type { FoundSlip } from './page'
import { windowsOf } from './windows'

/** Archives that are looked into on either side. */
const MOST_FILES = 31

export interface Neighbours {
  previousId: string | null
  nextId: string | null
}

/**
 * The slips of the same terminal before and after one, by the time they are filed under and then by id; null where there is
 * none, or none within a month of archives.
 */
export async function neighboursOf(ctx: Ctx, slip: FoundSlip): Promise<Neighbours> {
  const [previousId, nextId] = await Promise.all([previous(ctx, slip), next(ctx, slip)])
  return { previousId, nextId }
}

async function previous(ctx: Ctx, slip: FoundSlip): Promise<string | null> {
  return (await liveNeighbour(ctx, slip, 'previous')) ?? archivedNeighbour(ctx, slip, 'previous')
}

/** The database is asked first, so that a day that leaves meanwhile is not missed; what is archived comes before it. */
async function next(ctx: Ctx, slip: FoundSlip): Promise<string | null> {
  const live = await liveNeighbour(ctx, slip, 'next')
  return 'archiveNumber' in slip ? ((await archivedNeighbour(ctx, slip, 'next')) ?? live) : live
}

async function archivedNeighbour(
  ctx: Ctx,
  slip: FoundSlip,
  which: 'previous' | 'next',
): Promise<string | null> {
  const archives = await listArchives(ctx, {
    limit: MOST_FILES,
    ...(which === 'previous'
      ? { to: momentText(Date.parse(slip.filedAt) + 1), order: 'newest-day' }
      : { from: slip.filedAt, order: 'oldest-day' }),
  })
  for (const archive of archives) {
    const [found] = (
      await readSorted(ctx, archive, {
        filter: { terminalId: slip.terminalId },
        order: which === 'previous' ? 'newest' : 'oldest',
        after: slip,
        limit: 1,
      })
    ).rows
    if (found !== undefined) return found.id
  }
  return null
}

/** Those of the moment of the slip are told by their ids. */
async function liveNeighbour(ctx: Ctx, slip: FoundSlip, which: 'previous' | 'next'): Promise<string | null> {
  const [is, order] = which === 'previous' ? [sql`<`, sql`desc`] : [sql`>`, sql`asc`]
  const windows = await windowsOf(
    ctx.sql,
    which === 'previous' ? { to: momentText(Date.parse(slip.filedAt) + 1) } : { from: slip.filedAt },
  )
  for (const window of which === 'previous' ? windows : windows.reverse()) {
    const [found] = await runPrepared<{ id: string }>(
      ctx.sql,
      sql`select s.id from eslips s where s.terminal_id = ${slip.terminalId} and ${window.holds}
        and (s.filed_at, s.id) ${is} (${slip.filedAt}::timestamptz, ${slip.id}::uuid)
        and ${visibleSlips(ctx) ?? sql`true`}
        order by s.filed_at ${order}, s.id ${order} limit 1`,
    )
    if (found !== undefined) return found.id
  }
  return null
}
