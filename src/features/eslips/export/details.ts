import { failure } from '../../../core/errors'
import { query } from '../../../core/verb'
import { findSlip, toView } from '../search'
import { pullsOf } from './pulls'
import { type SlipDetails, SlipRef } from './schemas'

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
      history: [...(await pullsOf(ctx, row)), { kind: 'received', at: row.receivedAt, by: row.serial }],
      previousId,
      nextId,
    }
  },
)
