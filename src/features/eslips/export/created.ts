import { sql } from 'drizzle-orm'
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

/** The last number that was given to a slip, archived ones included; 0 before the first. */
export async function newestSlipSeq(ctx: Ctx): Promise<number> {
  const [row] = await ctx.db.execute<{ seq: number }>(
    sql`select coalesce(pg_sequence_last_value('eslip_seq'), 0)::float8 as seq`,
  )
  return row?.seq ?? 0
}
