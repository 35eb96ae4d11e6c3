import type { Ctx } from '../../../core/context'
import { noteHandover } from '../../audit'
import { type Handout, noteHandout, recipientOf } from '../handouts'

/**
 * Notes that slips are given to the caller, by number and in the audit log. To be awaited before they are; an answer without
 * slips leaves nothing.
 */
export async function handOut(ctx: Ctx, given: Omit<Handout, 'by'>): Promise<void> {
  const by = recipientOf(ctx.actor)
  if (by === undefined || given.slips.length === 0) return
  await noteHandout(ctx, { ...given, by })
  const { kind, format } = given
  await noteHandover(ctx, {
    action: kind === 'pulled' ? 'eslip.pulled' : 'eslip.downloaded',
    subject: { kind: 'eslip_pull', id: by.id, label: by.name },
    ...(format === undefined ? {} : { after: { format } }),
    amounts: { slips: given.slips.length },
  })
}
