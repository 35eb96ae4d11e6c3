import type { Ctx, Visibility } from '../../core/context'
import { type AlertEvent, newestAlertEvent, readAlertEvents } from '../alerts'
import { newestPlace, noteTold, type Place, pullCursorAfter, readCreatedSlips } from '../eslips/export'
import type { EventType } from './lists'

/** What a message says of one event, as it is written: ids, nothing that would have to be protected. */
export interface EventItem {
  id: string
  /** Its number in the sequence that is read. */
  seq: number
}

/** Where a reader is: in a sequence, and in the archives into which the oldest of it goes. */
export type EventPlace = Place

/**
 * Where events of a type come from: a sequence that never skips a late commit, read in order. Nothing is written for webhooks
 * when something happens; each endpoint reads on from its own cursor.
 */
export interface EventSource {
  type: EventType
  /** What the items are called in a message's `data`. */
  collection: string
  /** Behind all there is: where new endpoints begin. */
  newest(ctx: Ctx): Promise<EventPlace>
  /**
   * Events after a place, of the terminals that an endpoint may know of. `place` is how far was looked, matches or not; the
   * same as `after` where nothing lies behind it yet.
   */
  read(
    ctx: Ctx,
    from: { after: EventPlace; limit: number; visibility: Visibility },
  ): Promise<{ items: readonly EventItem[]; place: EventPlace }>
  /** Where the receiver reads on by the pull interface after this message. */
  cursorAfter?(place: EventPlace): string
  /** Takes note that an endpoint was told of events, in the transaction that settles the message. */
  noteTold?(ctx: Ctx, endpoint: { id: string; name: string }, items: readonly EventItem[]): Promise<void>
}

function alertSource(type: EventType, what: readonly AlertEvent[]): EventSource {
  const placeAt = (seq: number): EventPlace => ({ seq, archive: 0, row: 0 })
  return {
    type,
    collection: 'alerts',
    newest: async (ctx) => placeAt(await newestAlertEvent(ctx)),
    async read(ctx, { after, limit, visibility }) {
      const { items, seq } = await readAlertEvents(ctx, { what, after: after.seq, limit, visibility })
      return { items, place: placeAt(seq) }
    },
  }
}

/** Every kind of event there is. */
export const eventSources: readonly EventSource[] = [
  {
    type: 'eslip.created',
    collection: 'eslips',
    newest: newestPlace,
    read: readCreatedSlips,
    cursorAfter: pullCursorAfter,
    noteTold,
  },
  alertSource('alert.raised', ['raised', 'reopened', 'grew']),
  alertSource('alert.cleared', ['cleared']),
]
