import type { EventPlace } from '../sources'
import type { webhookCursors } from '../tables'

type Cursor = Pick<typeof webhookCursors.$inferSelect, 'seq' | 'archive' | 'archiveRow'>

/** A place as an endpoint's cursor keeps it. */
export const toCursor = ({ seq, archive, row }: EventPlace): Cursor => ({ seq, archive, archiveRow: row })

export const toPlace = ({ seq, archive, archiveRow }: Cursor): EventPlace => ({
  seq,
  archive,
  row: archiveRow,
})
