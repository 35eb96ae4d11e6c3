import type { Ctx } from '../../../core/context'
import { failure } from '../../../core/errors'
import { query } from '../../../core/verb'
import { noteHandover } from '../../audit'
import { whenArchived } from '../archive'
import { handoutsOf } from '../handouts'
import { type FoundSlip, findSlip, toView } from '../search'
import { handOut } from './hand-out'
import { type SlipDetails, type SlipEvent, SlipRef, TakeSlipInput } from './schemas'

const slipNotFound = failure('not_found', 'slip_not_found', 'There is no such slip, or you do not see it.')

/** One slip, whole, with what became of it and its neighbours of the same terminal. The audit log tells who reads it; a program has it then. */
export const getSlip = query(
  { permission: 'eslips:read', input: SlipRef },
  async (ctx, { slipId }): Promise<SlipDetails> => {
    const slip = await detailsOf(ctx, slipId)
    if (ctx.actor.kind === 'integrator') await handOut(ctx, { kind: 'pulled', slips: [slip] })
    else
      await noteHandover(ctx, {
        action: 'eslip.viewed',
        subject: {
          kind: 'eslip',
          id: slip.id,
          label: [slip.serial, slip.receiptNo].filter(Boolean).join(' '),
        },
        after: { terminal: slip.serial },
      })
    return slip
  },
)

/** The same for who saves it as a file, which is noted whoever it is. */
export const takeSlip = query(
  { permission: 'eslips:read', input: TakeSlipInput },
  async (ctx, { slipId, format }): Promise<SlipDetails> => {
    const slip = await detailsOf(ctx, slipId)
    await handOut(ctx, { kind: 'downloaded', format, slips: [slip] })
    return slip
  },
)

async function detailsOf(ctx: Ctx, slipId: string): Promise<SlipDetails> {
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
}

/** What became of it, the latest first. */
async function historyOf(ctx: Ctx, row: FoundSlip): Promise<SlipEvent[]> {
  const archivedAt = 'archiveNumber' in row ? await whenArchived(ctx, row.archiveNumber) : undefined
  const handouts = await handoutsOf(ctx, row)
  const events: SlipEvent[] = [
    ...handouts.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })),
    ...(archivedAt === undefined
      ? []
      : [{ kind: 'archived', at: archivedAt, by: null, format: null } as const]),
    { kind: 'received', at: row.receivedAt, by: row.serial, format: null },
  ]
  // What happened at one moment stays in the order it came in.
  return events.sort((a, b) => Number(a.at < b.at) - Number(a.at > b.at))
}
