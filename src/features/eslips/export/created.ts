import { type Ctx, SEES_ALL, type Visibility } from '../../../core/context'
import { newestArchivedSeq } from '../archive'
import { noteHandout, type Recipient } from '../handouts'
import { newestNumber } from './numbers'
import { type Place, readOn } from './read-on'

export interface CreatedSlip {
  id: string
  slipUid: string
  seq: number
}

/** What to tell others of slips that follow a place, archived or not: names alone, who wants the slips fetches them. */
export async function readCreatedSlips(
  ctx: Ctx,
  { after, limit, visibility = SEES_ALL }: { after: Place; limit: number; visibility?: Visibility },
): Promise<{ items: CreatedSlip[]; place: Place }> {
  const { rows, place } = await readOn(ctx, {}, after, limit, visibility)
  return {
    items: rows.map(({ id, seq, identity, content }) => ({ id, seq, slipUid: content.slipUid ?? identity })),
    place,
  }
}

/** Notes in the history of slips that others have been told of them. */
export function noteTold(ctx: Ctx, by: Recipient, slips: readonly Pick<CreatedSlip, 'seq'>[]): Promise<void> {
  return noteHandout(ctx, { kind: 'notified', by, slips })
}

/**
 * The place behind which nothing is missed: that of the last slip whose commit is seen, also where its day has left the
 * database. The sequence itself is ahead of the commits.
 */
export async function newestPlace(ctx: Ctx): Promise<Place> {
  // The database first: a day that leaves meanwhile is seen twice and never missed.
  const live = await newestNumber(ctx.sql)
  return { seq: Math.max(live, await newestArchivedSeq(ctx)), archive: 0, row: 0 }
}
