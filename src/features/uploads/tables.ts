import { bigint, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment } from '../../db/columns'

export const uploads = pgTable('uploads', {
  id: id().primaryKey(),
  owner: text('owner').notNull(),
  fileName: text('file_name').notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  partBytes: integer('part_bytes').notNull(),
  createdAt: moment('created_at').notNull(),
  expiresAt: moment('expires_at').notNull(),
})

/** One row for each blob, from before it is stored until after it is gone. */
export const uploadParts = pgTable('upload_parts', {
  blobKey: text('blob_key').primaryKey(),
  uploadId: uuid('upload_id').notNull(),
  partIndex: integer('part_index').notNull(),
  state: text('state').$type<'coming' | 'kept' | 'ended'>().notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  sha256: text('sha256'),
  stateAt: moment('state_at').notNull(),
})
