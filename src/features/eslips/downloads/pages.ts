import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import { momentText } from '../../../core/moment'
import { maskText } from '../../../core/pan-guard'
import { inMutation } from '../../../core/verb'
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
  await auditDownload(ctx, filter, download, count)
  return each(ctx, download, pagesOf(ctx, bounded, signal))
}

async function auditDownload(
  ctx: Ctx,
  filter: SlipFilter,
  { format, fileName }: Download,
  slips: number,
): Promise<void> {
  await inMutation(ctx, async (scope) =>
    scope.audit({
      action: 'eslip_export.made',
      subject: { kind: 'eslip_export', id: newId(ctx.clock.now().getTime()), label: fileName },
      after: { format, slips, ...masked(filter) },
    }),
  )
}

/** Whoever looks for a card number would have it in the log for ever. */
const masked = (filter: SlipFilter) =>
  Object.fromEntries(
    Object.entries(filter).map(([name, value]) => [
      name,
      typeof value === 'string' ? maskText(value).text : value,
    ]),
  )

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
