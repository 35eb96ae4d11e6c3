import type { Ctx } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { MOST_AHEAD_MS } from '../ingest'
import { searchWholeSlips, type WholeSlip } from '../search'
import type { SlipFilter } from '../search/schemas'
import { exportTooLarge } from './errors'

/** A page is a statement of its own: a slow reader holds neither memory nor a transaction. */
const CHUNK = 500

/**
 * All slips that fit, newest first, read as they are taken. Counted before the first is given: a download is whole, or it
 * is refused before it begins. Slips of clocks that run a little fast are in it; of those that come in meanwhile only such.
 * @param most more than so many are refused
 * @param signal aborted when nobody waits for them any more
 */
export async function openSlips(
  ctx: Ctx,
  filter: SlipFilter,
  most: number,
  signal: AbortSignal,
): Promise<AsyncGenerator<WholeSlip, void>> {
  const newest = momentText(ctx.clock.now().getTime() + MOST_AHEAD_MS)
  const bounded = { ...filter, to: earlier(filter.to, newest) }
  let count = 0
  for await (const page of pagesOf(ctx, bounded, signal)) {
    count += page.length
    if (count > most) throw exportTooLarge({ values: { most } })
  }
  return each(pagesOf(ctx, bounded, signal))
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

async function* each(pages: AsyncIterable<WholeSlip[]>): AsyncGenerator<WholeSlip, void> {
  for await (const page of pages) yield* page
}

const earlier = (one: string | undefined, other: string) =>
  one === undefined || Date.parse(one) > Date.parse(other) ? other : one
