import type { Ctx, Visibility } from '../../core/context'
import { newestSlipSeq, pullCursorAfter, readCreatedSlips } from '../eslips/export'
import type { EventType } from './lists'

/** What a message says of one event, as it is written: ids, nothing that would have to be protected. */
export interface EventItem {
  id: string
  /** Its number in the sequence that is read. */
  seq: number
}

/**
 * Where events of a type come from: a sequence that never skips a late commit, read in order. Nothing is written for webhooks
 * when something happens; each endpoint reads on from its own cursor.
 */
export interface EventSource {
  type: EventType
  /** What the items are called in a message's `data`. */
  collection: string
  /** The last number given out: where new endpoints begin. */
  newestSeq(ctx: Ctx): Promise<number>
  /**
   * Events after a number, of the terminals that an endpoint may know of. `lastSeq` is how far was looked, matches or not;
   * the same as `afterSeq` where nothing lies behind it yet.
   */
  read(
    ctx: Ctx,
    from: { afterSeq: number; limit: number; visibility: Visibility },
  ): Promise<{ items: readonly EventItem[]; lastSeq: number }>
  /** Where the receiver reads on by the pull interface after this message. */
  cursorAfter?(seq: number): string
}

/** Every kind of event there is. */
export const eventSources: readonly EventSource[] = [
  {
    type: 'eslip.created',
    collection: 'eslips',
    newestSeq: newestSlipSeq,
    read: readCreatedSlips,
    cursorAfter: pullCursorAfter,
  },
]
