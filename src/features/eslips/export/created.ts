import { type Ctx, SEES_ALL, type Visibility } from '../../../core/context'
import { readSlips } from './read'

export interface CreatedSlip {
  id: string
  slipUid: string
  seq: number
}

/** What to tell others of slips that came after a number: names alone, who wants the slips fetches them. */
export async function readCreatedSlips(
  ctx: Ctx,
  { afterSeq, limit, visibility = SEES_ALL }: { afterSeq: number; limit: number; visibility?: Visibility },
): Promise<{ items: CreatedSlip[]; lastSeq: number }> {
  const { rows, toSeq } = await readSlips(ctx, {}, { afterSeq, limit }, visibility)
  return {
    items: rows.map(({ id, seq, identity, content }) => ({ id, seq, slipUid: content.slipUid ?? identity })),
    lastSeq: toSeq,
  }
}
