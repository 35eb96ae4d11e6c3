import type { EventItem, EventSource } from './sources'

/** How many events a message tells of at most. */
export const EVENTS_A_MESSAGE = 100
/** Standard Webhooks asks for less than 20 kB. */
const MAX_BODY_BYTES = 20_000

export interface Composed {
  body: string
  events: number
  /** The number of the last event that is in it. */
  lastSeq: number
}

/**
 * The thin message about some events: who wants more reads it by the interface, where access is checked and recorded. Where
 * that many would be too long, it is the first of them that fit.
 */
export function composeMessage(
  source: Pick<EventSource, 'type' | 'collection' | 'cursorAfter'>,
  items: readonly EventItem[],
  lastSeq: number,
  at: Date,
): Composed {
  const body = JSON.stringify({
    type: source.type,
    timestamp: at.toISOString(),
    data: {
      [source.collection]: items,
      ...(source.cursorAfter === undefined ? {} : { nextCursor: source.cursorAfter(lastSeq) }),
    },
  })
  if (items.length <= 1 || Buffer.byteLength(body) < MAX_BODY_BYTES)
    return { body, events: items.length, lastSeq }
  const fewer = items.slice(0, Math.ceil(items.length / 2))
  return composeMessage(source, fewer, fewer.at(-1)?.seq ?? lastSeq, at)
}
