import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { runPrepared } from '../../../db/prepared'
import { type ArchivedSlip, listArchives, readArchive } from '../archive'
import { visibleSlips } from './filter'
import { type FoundSlip, findPage } from './page'
import { windowsOf } from './windows'

/** Archives that are looked into for the slip that follows. */
const MOST_FILES = 31
/** Slips of a terminal on one day; more are not looked through. */
const MOST_OF_A_DAY = 1_000

export interface Neighbours {
  previousId: string | null
  nextId: string | null
}

/** The slips of the same terminal before and after one; null where there is none, or none within a month of archives. */
export async function neighboursOf(ctx: Ctx, slip: FoundSlip): Promise<Neighbours> {
  const [previousId, nextId] = await Promise.all([previous(ctx, slip), next(ctx, slip)])
  return { previousId, nextId }
}

async function previous(ctx: Ctx, slip: FoundSlip): Promise<string | null> {
  const live = await liveNeighbour(ctx, slip, 'previous')
  if (live !== null) return live
  const { rows } = await findPage(ctx, { terminalId: slip.terminalId, to: slip.filedAt }, { limit: 1 })
  return rows[0]?.id ?? null
}

async function next(ctx: Ctx, slip: FoundSlip): Promise<string | null> {
  if ('archiveNumber' in slip) {
    const archived = await nextInArchives(ctx, slip)
    if (archived !== null) return archived
  }
  return liveNeighbour(ctx, slip, 'next')
}

/** Days are archived in their order, so those with higher numbers follow. */
async function nextInArchives(ctx: Ctx, slip: ArchivedSlip): Promise<string | null> {
  const from = new Date(Date.parse(slip.filedAt) + 1).toISOString()
  const window = { afterNumber: slip.archiveNumber - 1, order: 'number', limit: MOST_FILES } as const
  for (const archive of await listArchives(ctx, window)) {
    const filter = { terminalId: slip.terminalId, from }
    const { rows } = await readArchive(ctx, archive, { filter, limit: MOST_OF_A_DAY })
    const [oldest] = [...rows].sort((a, b) => (a.filedAt < b.filedAt ? -1 : 1))
    if (oldest !== undefined) return oldest.id
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
