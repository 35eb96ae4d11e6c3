import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { moment } from '../../db/columns'

/** One row for each blob, from before it is stored until after it is gone. Blobs are never named by their content. */
export const storedFiles = pgTable('stored_files', {
  blobKey: text('blob_key').primaryKey(),
  state: text('state').$type<'coming' | 'kept' | 'ended'>().notNull(),
  /** `OpenedUpload.contentId`: a call that is repeated goes on with what is stored. */
  contentId: text('content_id').notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  /** While it is coming. */
  storedBytes: bigint('stored_bytes', { mode: 'number' }).notNull().default(0),
  sha256: text('sha256'),
  stateAt: moment('state_at').notNull(),
})
