import type { EventItem, EventPlace, EventSource } from './sources'

/** How many events a message tells of at most. */
export const EVENTS_A_MESSAGE = 100
/** Standard Webhooks asks for less than 20 kB. */
const MAX_BODY_BYTES = 20_000

/**
 * The thin message about some events: who wants more reads it by the interface, where access is checked and recorded.
 * @param place behind the last of them
 */
export function composeMessage(
  source: Pick<EventSource, 'type' | 'collection' | 'cursorAfter'>,
  items: readonly EventItem[],
  place: EventPlace,
  at: Date,
): string {
  return JSON.stringify({
    type: source.type,
    timestamp: at.toISOString(),
    data: {
      [source.collection]: items,
      ...(source.cursorAfter === undefined ? {} : { nextCursor: source.cursorAfter(place) }),
    },
  })
}

export const isShortEnough = (body: string) => Buffer.byteLength(body) < MAX_BODY_BYTES

/** The events that a message tells of. */
export function eventsOf({ collection }: Pick<EventSource, 'collection'>, body: string): EventItem[] {
  const { data } = JSON.parse(body) as { data: Record<string, EventItem[]> }
  return data[collection] ?? []
}
