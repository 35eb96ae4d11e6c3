import type { Ctx } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { countArchived } from '../archive'
import { findSlips, type SlipPosition } from './find'
import type { SlipFilter } from './schemas'

const PAGE = 1_000

/**
 * How many slips fit that the caller may see, in both halves, whatever that takes; no further than past `most`. Those of
 * the database first, and of the archives only what is older: a day that leaves meanwhile is counted once.
 * @param signal aborted when nobody waits for it any more
 */
export async function countSlips(
  ctx: Ctx,
  filter: SlipFilter,
  most: number,
  signal: AbortSignal,
): Promise<number> {
  let count = 0
  let last: SlipPosition | undefined
  for (let after: SlipPosition | undefined; ; ) {
    signal.throwIfAborted()
    const { rows, next } = await findSlips(ctx, filter, { after, limit: PAGE })
    count += rows.length
    last = rows.at(-1) ?? last
    if (count > most) return count
    if (next === undefined) break
    after = next
  }
  const ends = [filter.to, last?.filedAt].filter((one) => one !== undefined).map((one) => Date.parse(one))
  const bounded = ends.length === 0 ? filter : { ...filter, to: momentText(Math.min(...ends)) }
  return count + (await countArchived(ctx, bounded, most - count, signal))
}
