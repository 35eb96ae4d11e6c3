import type { Ctx } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { noteExport } from '../../audit'
import { noteHandout, recipientOf } from '../handouts'
import { MOST_AHEAD_MS } from '../ingest'
import { countSlips, searchWholeSlips, type WholeSlip } from '../search'
import type { SlipFilter } from '../search/schemas'
import { exportTooLarge } from './errors'

/** A page is a statement of its own: a slow reader holds neither memory nor a transaction. */
const CHUNK = 1_000

interface Download {
  format: 'csv' | 'zip'
  fileName: string
  /** More than so many are refused. */
  most: number
}

/**
 * All slips that fit, newest first, read as they are taken. Counted before the first is given: a download is whole, or it
 * is refused before it begins. Slips of clocks that run a little fast are in it; of those that come in meanwhile only such.
 * The audit log says that it began; each slip, once it is on its way, that it was in it.
 * @param signal aborted when nobody waits for them any more
 */
export async function openSlips(
  ctx: Ctx,
  filter: SlipFilter,
  download: Download,
  signal: AbortSignal,
): Promise<AsyncGenerator<WholeSlip, void>> {
  const newest = momentText(ctx.clock.now().getTime() + MOST_AHEAD_MS)
  const bounded = { ...filter, to: earlier(filter.to, newest) }
  const count = await countSlips(ctx, bounded, download.most, signal)
  if (count > download.most) throw exportTooLarge({ values: { most: download.most } })
  const { format, fileName } = download
  await noteExport(ctx, {
    action: 'eslip_export.made',
    fileName,
    after: { format, slips: count, ...filter },
  })
  return each(ctx, download, pagesOf(ctx, bounded, signal))
}

async function* pagesOf(
  ctx: Ctx,
  filter: SlipFilter,
  signal: AbortSignal,
): AsyncGenerator<WholeSlip[], void> {
  let cursor: string | undefined
  do {
    signal.throwIfAborted()
    const { items, nextCursor } = await searchWholeSlips.parsed(ctx, { ...filter, cursor, limit: CHUNK })
    yield items
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
}

async function* each(
  ctx: Ctx,
  { format }: Download,
  pages: AsyncIterable<WholeSlip[]>,
): AsyncGenerator<WholeSlip, void> {
  const by = recipientOf(ctx.actor)
  for await (const page of pages) {
    if (by !== undefined) await noteHandout(ctx, { kind: 'downloaded', format, by, slips: page })
    yield* page
  }
}

const earlier = (one: string | undefined, other: string) =>
  one === undefined || Date.parse(one) > Date.parse(other) ? other : one
