import type { Ctx } from '../../../core/context'
import { failure } from '../../../core/errors'
import { query } from '../../../core/verb'
import { whenArchived } from '../archive'
import { type FoundSlip, findSlip, toView } from '../search'
import { pullsOf } from './pulls'
import { type SlipDetails, type SlipEvent, SlipRef } from './schemas'

const slipNotFound = failure('not_found', 'slip_not_found', 'There is no such slip, or you do not see it.')

/** One slip, whole, with what became of it and its neighbours of the same terminal. */
export const getSlip = query(
  { permission: 'eslips:read', input: SlipRef },
  async (ctx, { slipId }): Promise<SlipDetails> => {
    const found = await findSlip(ctx, slipId)
    if (found === undefined) throw slipNotFound()
    const { row, previousId, nextId } = found
    return {
      ...toView(row),
      slip: row.content,
      contentDigest: row.contentDigest,
      seq: row.seq,
      history: await historyOf(ctx, row),
      previousId,
      nextId,
    }
  },
)

/** What became of it, the latest first. */
async function historyOf(ctx: Ctx, row: FoundSlip): Promise<SlipEvent[]> {
  const archivedAt = 'archiveNumber' in row ? await whenArchived(ctx, row.archiveNumber) : undefined
  const events: SlipEvent[] = [
    ...(archivedAt === undefined ? [] : [{ kind: 'archived' as const, at: archivedAt, by: null }]),
    ...(await pullsOf(ctx, row)),
    { kind: 'received', at: row.receivedAt, by: row.serial },
  ]
  return events.sort((a, b) => (a.at < b.at ? 1 : -1))
}
