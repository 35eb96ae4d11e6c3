import { z } from 'zod'
import { failure } from './errors'

export const PAGE_LIMIT = { default: 50, max: 1000 } as const

export const invalidCursor = failure(
  'invalid_input',
  'invalid_cursor',
  'This cursor was not given out by this list. Start again without one.',
)

/** Input of every paged list: an opaque cursor from the page before, and how many rows at most. */
export const pageInput = {
  cursor: z.string().max(500).optional().describe('Where the page before ended: its nextCursor.'),
  limit: z.number().int().min(1).max(PAGE_LIMIT.max).default(PAGE_LIMIT.default),
}

/** Output of every paged list. `nextCursor` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/** A keyset position as an opaque text. */
export function encodeCursor(position: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** Reads a cursor back; anything not made by `encodeCursor` with this shape is refused as `invalid_cursor`. */
export function decodeCursor<Shape extends z.ZodTuple>(cursor: string, shape: Shape): z.infer<Shape> {
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (error) {
    throw invalidCursor(undefined, { cause: error })
  }
}

/** Cuts `limit + 1` fetched rows to a page and says where the next one starts. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => readonly (string | number | null)[],
  shape: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(shape),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null,
  }
}
