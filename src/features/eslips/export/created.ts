import { type Ctx, SEES_ALL, type Visibility } from '../../../core/context'
import { newestNumber } from './numbers'
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

/**
 * The number behind which nothing is missed: that of the last slip whose commit is seen. The sequence itself is ahead of the
 * commits. 0 where every slip is archived: only slips still in the database are read, so that is the newest too.
 */
export async function newestSlipSeq(ctx: Ctx): Promise<number> {
  return newestNumber(ctx.sql)
}
